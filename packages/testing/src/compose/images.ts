import type { ComposeService, UpOptions } from '@gopdater/core';
import { EngineError } from '../errors.ts';
import { composeFailed } from './compose-error.ts';
import type { ComposeRun } from './compose-run.ts';
import { imageOf } from './select-services.ts';

/**
 * Pulls what the policy asks for.
 *
 * @returns image ids by service, as the references lead to them now; empty for one that may not be pulled: its
 * container's creation fails
 */
export async function ensureImages(
  run: ComposeRun,
  services: readonly ComposeService[],
  { pull }: Pick<UpOptions, 'pull'>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const service of services) ids.set(service.name, await ensureImage(run, service, pull));
  return ids;
}

/** With its lines, which name the service. */
export async function pullService({ project, daemon, progress }: ComposeRun, service: ComposeService): Promise<void> {
  progress.thing(service.name, 'Pulling ');
  try {
    await daemon.pull(imageOf(project, service));
  } catch (error) {
    if (error instanceof EngineError) progress.thing(service.name, `Error ${error.message}`);
    throw error;
  }
  progress.thing(service.name, 'Pulled ');
}

async function ensureImage(run: ComposeRun, service: ComposeService, asked: UpOptions['pull']): Promise<string> {
  const reference = imageOf(run.project, service);
  const policy = asked ?? service.attributes.pull_policy ?? 'missing';
  const local = await run.daemon.image(reference);
  if (local && policy !== 'always') return local.id;
  if (!local && service.image === undefined) {
    throw composeFailed(`the in-process Compose does not build: service "${service.name}" has no image "${reference}"`);
  }
  if (policy === 'never') return '';
  await pullService(run, service);
  return (await run.daemon.image(reference))?.id ?? '';
}
