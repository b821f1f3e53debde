import type { SelfUpdateStep } from '@gopdater/core';

/** What `gopdater self-update` needs to be told; the rest is in its environment, which is our own. */
export function selfUpdateArguments(
  { project, service, image, to }: SelfUpdateStep,
  { deliveryId, composeFiles }: { readonly deliveryId: string | undefined; readonly composeFiles: readonly string[] },
): readonly string[] {
  return [
    ...['self-update', image, '--project', project.name, '--service', service],
    ...(to === undefined ? [] : ['--to', to]),
    ...(deliveryId === undefined ? [] : ['--delivery-id', deliveryId]),
    ...composeFiles.flatMap(file => ['--compose-file', file]),
  ];
}
