import { constants } from 'node:fs';
import { access, type FileHandle, lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GopdaterError } from '../errors.ts';
import { readVariable, replaceVariable, type VariableChange } from './edit-dotenv.ts';

/**
 * The text of an env file that can be edited; of a link, that of the file that it leads to.
 *
 * @throws GopdaterError `COMPOSE_FILE_INVALID` where an edit could not keep all other bytes; `COMPOSE_FILE_NOT_FOUND`
 */
export async function readEditable(file: string): Promise<string> {
  const bytes = await attempt(file, 'read', async () => await readFile(file));
  const text = bytes.toString('utf8');
  if (Buffer.from(text).equals(bytes)) return text;
  throw new GopdaterError('COMPOSE_FILE_INVALID', `${file} has bytes that are no UTF-8.`, {
    hint: 'Save it as UTF-8.',
  });
}

/**
 * Gives one variable of an env file another value. The file is replaced at once, as a whole: whoever reads it finds the one
 * or the other, also after a crash. Mode, owner and every other byte stay; a link stays one.
 *
 * @throws GopdaterError `PROJECT_DIFFERS` if the value is neither the old nor the new one, and as {@link readEditable}
 */
export async function changeEnvFile(file: string, change: VariableChange): Promise<void> {
  const target = await attempt(file, 'found', async () => await realpath(file));
  const text = await readEditable(target);
  if (readVariable(text, change.name, file) === change.to) return;
  const changed = replaceVariable(text, change, file);
  const temporary = temporaryOf(target);
  await attempt(file, 'replaced', async () => {
    try {
      await writeLike(target, temporary, changed);
      // What somebody has saved meanwhile is not lost.
      if ((await readEditable(target)) !== text) throw editedMeanwhile(file);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  });
  await syncDirectory(dirname(target));
}

/** Why an env file could not be changed. */
export interface Unwritable {
  /** Whether it is a matter of what is mounted, or of whom it belongs to. */
  readonly kind: 'mounts' | 'rights';
  /** In words. */
  readonly why: string;
}

/** Why {@link changeEnvFile} could not change the file; `undefined` if nothing is known against it, or there is none. */
export async function explainUnwritable(file: string): Promise<Unwritable | undefined> {
  try {
    const target = await realpath(file);
    const { uid } = await stat(target);
    await access(target, constants.R_OK | constants.W_OK);
    await access(dirname(target), constants.W_OK);
    const own = process.getuid?.() ?? uid;
    if (own === 0 || own === uid) return undefined;
    return { kind: 'rights', why: `it belongs to user ${uid}, and gopdater is user ${own}` };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' && !(await isThere(file))) return undefined;
    if (code === 'ENOENT') return { kind: 'mounts', why: 'it leads to a file that is not here' };
    if (code === 'EROFS') return { kind: 'mounts', why: 'it is mounted read-only' };
    return { kind: 'rights', why: `its user may not replace it (${String(code)})` };
  }
}

/** A link that leads nowhere is there. */
async function isThere(file: string): Promise<boolean> {
  return await lstat(file).then(
    () => true,
    () => false,
  );
}

function editedMeanwhile(file: string): GopdaterError {
  return new GopdaterError('PROJECT_DIFFERS', `${file} was edited at the same moment.`, {
    hint: 'The next hook, or the next start, tries again.',
  });
}

/** Always the same name, so that what a crash has left is replaced the next time. */
function temporaryOf(target: string): string {
  return join(dirname(target), `.${basename(target)}.gopdater`);
}

async function writeLike(target: string, temporary: string, text: string): Promise<void> {
  const { mode, uid, gid } = await stat(target);
  await rm(temporary, { force: true });
  await using handle = await open(temporary, 'wx', 0o600);
  await handle.writeFile(text);
  await keepOwner(handle, { uid, gid });
  await handle.chmod(mode & 0o7777);
  await handle.sync();
}

async function keepOwner(handle: FileHandle, { uid, gid }: { readonly uid: number; readonly gid: number }) {
  const now = await handle.stat();
  if (now.uid !== uid || now.gid !== gid) await handle.chown(uid, gid);
}

/** Where a directory cannot be synced, the rename is as safe as it can be. */
async function syncDirectory(directory: string): Promise<void> {
  try {
    await using handle = await open(directory, constants.O_RDONLY);
    await handle.sync();
  } catch {}
}

async function attempt<T>(file: string, what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    if (cause instanceof GopdaterError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const kind = code === 'ENOENT' ? 'COMPOSE_FILE_NOT_FOUND' : 'COMPOSE_FILE_INVALID';
    const hint =
      code === 'EBUSY'
        ? 'In a container: mount its folder, not the file alone.'
        : 'Check its permissions and those of its folder.';
    throw new GopdaterError(kind, `${file} could not be ${what} (${String(code)}).`, { hint, cause });
  }
}
