import { EngineError } from '../../errors.ts';
import type { ContainerRecord } from './container-record.ts';
import type { EngineState } from './engine-state.ts';

/** By name (with or without the slash), id, or the beginning of an id. */
export function findContainer(state: EngineState, nameOrId: string): ContainerRecord {
  const name = nameOrId.replace(/^\//, '');
  const found =
    state.containers.get(name) ??
    findIn(state, container => container.name === name) ??
    findIn(state, ({ id }) => name !== '' && id.startsWith(name));
  if (!found) throw new EngineError(404, `No such container: ${nameOrId}`);
  return found;
}

/** Without a copy of what may be thousands. */
function findIn(
  { containers }: EngineState,
  isWanted: (container: ContainerRecord) => boolean,
): ContainerRecord | undefined {
  for (const container of containers.values()) if (isWanted(container)) return container;
  return undefined;
}

export function renameContainer(state: EngineState, nameOrId: string, newName: string): void {
  const container = findContainer(state, nameOrId);
  const oldName = container.name;
  const name = newName.replace(/^\//, '');
  if (name === '') throw new EngineError(400, 'Neither old nor new names may be empty');
  if (name === oldName) {
    throw new EngineError(400, 'Renaming a container with the same name as its current name');
  }
  checkNameIsFree(state, name, { prefix: 'Error when allocating new name: ', shown: `/${name}` });
  container.name = name;
  emitContainer(state, container, 'rename', { oldName: `/${oldName}` });
}

export function checkNameIsFree(
  state: EngineState,
  name: string,
  { prefix = '', shown = name }: { readonly prefix?: string; readonly shown?: string } = {},
): void {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/.test(name)) {
    throw new EngineError(
      400,
      `${prefix}Invalid container name (${shown}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed`,
    );
  }
  const holder = findIn(state, container => container.name === name);
  if (!holder) return;
  throw new EngineError(
    409,
    `${prefix}Conflict. The container name "/${name}" is already in use by container "${holder.id}". You have to remove (or rename) that container to be able to reuse that name.`,
  );
}

/** Attributes are the labels, the image as the client named it, the name, and what the action adds. */
export function emitContainer(
  state: EngineState,
  { id, name, spec }: Pick<ContainerRecord, 'id' | 'name' | 'spec'>,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const attributes = { ...spec.labels, image: spec.image, name, ...more };
  state.events.emit({ type: 'container', action, id, attributes, timeMs: state.clock.now() });
}
