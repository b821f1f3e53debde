import { EngineError } from '../../errors.ts';
import type { FileSystem } from '../../files/file-system.ts';
import { filesOf } from './container-files.ts';
import type { ContainerRecord } from './container-record.ts';
import type { EngineState } from './engine-state.ts';

/**
 * `name`, `uid`, `name:group`: names must be known in the container, if its image says what files it has; numbers need
 * not be.
 *
 * @throws EngineError with this status
 */
export function checkUser(
  state: EngineState,
  container: ContainerRecord,
  { user: text, status }: { readonly user: string; readonly status: number },
): void {
  if (!container.behaviour.hasFiles) return;
  const files = filesOf(state, container);
  const [user = '', group = ''] = text.split(':');
  if (!isKnown(files, '/etc/passwd', user)) {
    throw new EngineError(status, `unable to find user ${user}: no matching entries in passwd file`);
  }
  if (!isKnown(files, '/etc/group', group)) {
    throw new EngineError(status, `unable to find group ${group}: no matching entries in group file`);
  }
}

function isKnown(files: FileSystem, path: string, name: string): boolean {
  if (name === '' || /^\d+$/.test(name)) return true;
  const text = files.find(path)?.kind === 'file' ? files.read(path).toString() : '';
  return text.split('\n').some(line => line.split(':', 1)[0] === name);
}
