import { fieldPaths } from './wire/field-tree.ts';
import { unknownFields } from './wire/ignored-fields.ts';

/** By operation of the Engine port: what the in-process engine does something with. */
const known: Readonly<Record<string, readonly string[]>> = {
  createContainer: fieldPaths(`
    command environment.* image labels.* mounts{readOnly source target type} network{dns extraHosts mode names} restart
    rights{groups privileged securityOptions user userNamespace} volumesFrom workingDirectory
  `),
  listContainers: ['labels'],
  pullImage: ['credentials.**', 'onProgress'],
  readLogs: ['lines'],
  removeContainer: ['force', 'volumes'],
  stopContainer: ['graceMs'],
  watchContainers: ['labels', 'since'],
};

const values = { 'mounts.type': ['bind', 'volume'], restart: ['no', 'unless-stopped'] };

/** Options of a call of the Engine port that the fake would do nothing about, by their names. */
export function ignoredOptions(
  operation: string,
  { signal: _, ...options }: object & { signal?: unknown },
): readonly string[] {
  return unknownFields(options, known[operation] ?? [], values);
}
