import { readFile } from 'node:fs/promises';
import { GopdaterError } from '../errors.ts';
import { objectOf } from '../json.ts';

type Entries = Readonly<Record<string, unknown>>;

/** What Docker's `config.json` says of credentials; its values are still to be checked. */
export interface DockerConfig {
  /** An entry for each registry. */
  readonly auths: Entries;
  /** The name of a credential helper for each of some registries. */
  readonly credHelpers: Entries;
  /** The name of the credential helper for all others. */
  readonly credsStore: unknown;
}

/**
 * Reads it as it is now; no file, and an empty one, say nothing.
 *
 * @throws GopdaterError `CONFIG_INVALID`; it never quotes the file
 */
export async function readDockerConfig(file: string): Promise<DockerConfig> {
  const { auths, credHelpers, credsStore } = parse(await read(file), file);
  return { auths: objectOf(auths), credHelpers: objectOf(credHelpers), credsStore };
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new GopdaterError('CONFIG_INVALID', `${file} cannot be read.`, { hint: readHint(code), cause });
  }
}

function readHint(code: unknown): string {
  switch (code) {
    case 'EISDIR':
      return 'It is a folder: Docker makes one of a file that is mounted and is not there. Log in on the host first.';
    case 'EACCES':
      return 'Let the user that gopdater runs as read it: “docker login” leaves it to its owner alone.';
    default:
      return 'Point DOCKER_CONFIG at the folder of the config.json that “docker login” wrote.';
  }
}

function parse(text: string, file: string): Entries {
  if (text.trim() === '') return {};
  try {
    const config: unknown = JSON.parse(text);
    if (typeof config === 'object' && config !== null && !Array.isArray(config)) return objectOf(config);
  } catch {
    // The parser's message quotes the file, which holds secrets.
  }
  throw new GopdaterError('CONFIG_INVALID', `${file} is no JSON object.`, {
    hint: 'Mend it, or move it away and log in again with “docker login”.',
  });
}
