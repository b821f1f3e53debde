import { createHash } from 'node:crypto';
import { GopdaterError } from '../errors.ts';
import { createDisk, type Disk, type Look } from './disk.ts';
import { type LoadedProject, loadProject } from './load.ts';
import type { LoadOptions } from './load-options.ts';

export type LoadProject = (options: LoadOptions) => Promise<LoadedProject>;

/** Projects that are remembered; the one asked for longest ago is forgotten first. */
const maxProjects = 100;

/**
 * {@link loadProject}, which reads a project again only when something has changed: a file that took part, or one that
 * was looked for and was not there.
 *
 * A project that was right and is not any more stays as it was, with the error as its `problem`.
 */
export function createCachedLoad(): LoadProject {
  const entries = new Map<string, Entry>();
  return async options => {
    const key = JSON.stringify(options);
    const entry = entries.get(key);
    const isFresh = entry !== undefined && (await isUnchanged(entry.looks));
    const next = isFresh ? entry : await read(options, entry?.project);
    entries.delete(key);
    entries.set(key, next);
    const [oldest = ''] = entries.keys();
    if (entries.size > maxProjects) entries.delete(oldest);
    return next.project;
  };
}

interface Entry {
  readonly project: LoadedProject;
  /** What was looked at, with a hash of what was found. */
  readonly looks: readonly Look[];
}

async function read(options: LoadOptions, last: LoadedProject | undefined): Promise<Entry> {
  const looks: Look[] = [];
  const disk = createDisk(look => looks.push(hashed(look)));
  try {
    return { project: await loadProject(options, disk), looks };
  } catch (problem) {
    if (last === undefined || !(problem instanceof GopdaterError)) throw problem;
    return { project: { ...last, problem }, looks };
  }
}

async function isUnchanged(looks: readonly Look[]): Promise<boolean> {
  for (const look of looks) {
    const now: Look[] = [];
    await lookAgain(
      look,
      createDisk(again => now.push(hashed(again))),
    );
    if (now[0]?.found !== look.found) return false;
  }
  return true;
}

async function lookAgain({ kind, path, asked }: Look, disk: Disk): Promise<void> {
  switch (kind) {
    case 'is-file':
      await disk.isFile(path);
      break;
    case 'is-directory':
      await disk.isDirectory(path);
      break;
    case 'real-path':
      await disk.realPath(path);
      break;
    case 'names':
      await disk.namesIn(path, asked);
      break;
    case 'text':
      // That it cannot be read is an answer, too.
      await disk.readText(path).catch(() => undefined);
  }
}

function hashed(look: Look): Look {
  return { ...look, found: createHash('sha256').update(look.found).digest('base64') };
}
