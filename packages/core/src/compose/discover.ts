import { dirname, join } from 'node:path';
import { GopdaterError } from '../errors.ts';
import { createDisk, type Disk } from './disk.ts';

export interface DiscoveredFiles {
  /** Absolute: the compose file, then its override if there is one. */
  readonly files: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Finds the compose file in a directory or the nearest one above it, and the override file beside it.
 *
 * @throws GopdaterError `COMPOSE_FILE_NOT_FOUND`
 * @see Docker Docs, "The Compose file"
 */
export async function discoverComposeFiles(directory: string, disk: Disk = createDisk()): Promise<DiscoveredFiles> {
  for (let current = directory; ; current = dirname(current)) {
    const names = new Set(await disk.namesIn(current, [...fileNames, ...overrideNames]));
    const [file, ...others] = fileNames.filter(name => names.has(name));
    if (file !== undefined) {
      const override = overrideNames.find(name => names.has(name));
      const files = override === undefined ? [file] : [file, override];
      const warnings = others.length === 0 ? [] : [`${current} also holds ${others.join(', ')}; ${file} is used.`];
      return { files: files.map(name => join(current, name)), warnings };
    }
    if (dirname(current) === current) break;
  }
  throw new GopdaterError('COMPOSE_FILE_NOT_FOUND', `no compose file in ${directory} or above it.`, {
    hint: `Create ${fileNames[0]} there, or name the file with -f.`,
  });
}

/** The first that exists is taken. */
const fileNames = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml'];

const overrideNames = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
