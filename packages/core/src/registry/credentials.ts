import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { GopdaterError } from '../errors.ts';
import type { RegistryCredentials } from '../image/credentials.ts';
import { objectOf } from '../json.ts';

/** Who to be at which registry. */
export interface CredentialStore {
  /** @param registry  host of the registry, e.g. `ghcr.io` or `docker.io` */
  get(registry: string): Promise<RegistryCredentials | undefined>;
}

const hubKeys = ['https://index.docker.io/v1/', 'https://index.docker.io/v1', 'index.docker.io', 'docker.io'];

/**
 * The credentials that `docker login` left in `config.json`: its `auths`. Credential helpers are not run. The file is
 * read each time, so a new login counts at once; no file means no credentials.
 *
 * @param configDirectory  what `DOCKER_CONFIG` names, e.g. `/root/.docker`
 */
export function createDockerConfigCredentials(configDirectory: string): CredentialStore {
  const file = join(configDirectory, 'config.json');
  return {
    async get(registry) {
      const auths = await readAuths(file);
      const keys = registry === 'docker.io' ? hubKeys : [registry, `https://${registry}`, `https://${registry}/`];
      for (const key of keys) {
        const found = credentialsOf(auths.get(key), key);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  };
}

async function readAuths(file: string): Promise<ReadonlyMap<string, unknown>> {
  try {
    const config: unknown = JSON.parse(await readFile(file, 'utf8'));
    return new Map(Object.entries(objectOf(objectOf(config).auths)));
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR')) {
      return new Map();
    }
    throw new GopdaterError('CONFIG_INVALID', `${file} cannot be read as Docker's configuration.`, {
      hint: 'Make it readable JSON, or log in again with “docker login”.',
      // The parser's message quotes the file, which holds secrets.
      cause: cause instanceof SyntaxError ? undefined : cause,
    });
  }
}

function credentialsOf(entry: unknown, serverAddress: string): RegistryCredentials | undefined {
  const { auth, username, password } = objectOf(entry);
  if (typeof username === 'string' && typeof password === 'string') return { username, password, serverAddress };
  if (typeof auth !== 'string' || auth === '') return undefined;
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon < 0) return undefined;
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1), serverAddress };
}
