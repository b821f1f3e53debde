import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type LoadedProject, loadProject } from '../../src/compose/load.ts';
import type { LoadOptions } from '../../src/compose/load-options.ts';
import { GopdaterError } from '../../src/errors.ts';

/** A temporary project on disk. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  load(options?: Partial<LoadOptions>): Promise<LoadedProject>;
  /** The error of a project that must not load, with the folder's path left out of its message. */
  refusal(options?: Partial<LoadOptions>): Promise<Pick<GopdaterError, 'code' | 'message' | 'hint'>>;
}

export async function createFolder(files: Readonly<Record<string, string | Uint8Array>>): Promise<Folder> {
  const path = await mkdtemp(join(tmpdir(), 'compose-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const load = (options: Partial<LoadOptions> = {}): Promise<LoadedProject> => {
    return loadProject({ cwd: path, environment: {}, ...options });
  };
  return {
    path,
    load,
    async refusal(options) {
      const error: unknown = await load(options).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof GopdaterError)) throw new Error('The project was not refused.', { cause: error });
      return { code: error.code, message: error.message.replaceAll(`${path}/`, ''), hint: error.hint };
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

/** A compose file with this service, `s`, and one besides that it may depend on, `t`. */
export function twoServices(service: string): string {
  return `services:\n  s: ${service}\n  t: {image: t}\n`;
}
