import { join } from 'node:path';
import { GopdaterError } from '../errors.ts';
import { type RegistryCredentials, serverAddressOf } from '../image/credentials.ts';
import { loginCommand } from '../image/login-hint.ts';
import { objectOf, textOf } from '../json.ts';
import { askCredentialHelper, isMissingHelper } from './credential-helper.ts';
import { type DockerConfig, readDockerConfig } from './docker-config.ts';
import { registryKeys } from './registry-keys.ts';

/** Who to be at which registry. */
export interface CredentialStore {
  /**
   * @param registry  host of the registry, e.g. `ghcr.io` or `docker.io`
   * @returns `undefined` where nobody is logged in
   * @throws GopdaterError `CONFIG_INVALID` | `CREDENTIALS_FAILED` | `ABORTED`
   */
  get(
    registry: string,
    options?: { readonly signal?: AbortSignal | undefined },
  ): Promise<RegistryCredentials | undefined>;

  /**
   * Why `get` knew nobody at a registry the last time, although somebody may be logged in there; `undefined` if nothing
   * kept it from knowing.
   */
  readonly obstacle?: ((registry: string) => GopdaterError | undefined) | undefined;
}

/** How credential helpers are run. */
export interface DockerConfigCredentialsOptions {
  /**
   * All that a helper gets of the environment: `PATH` to find it in, and what it wants itself, e.g. `HOME` and
   * `AWS_PROFILE`. Default: nothing.
   */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  /** For a helper's answer, in milliseconds. Default 30_000. */
  readonly helperTimeoutMs?: number | undefined;
}

/**
 * The credentials that `docker login` left in `config.json` or with a credential helper, in Docker's order: the
 * registry's helper in `credHelpers`, else the one in `credsStore`, else its entry in `auths`. A helper that knows nobody
 * has the last word; where it is not installed, nobody is logged in, as for Docker: public images need none.
 *
 * The file is read, and a helper run, each time: a new login counts at once, and no token is kept after its end. No file
 * means no credentials.
 *
 * @param configDirectory  what `DOCKER_CONFIG` names, e.g. `/root/.docker`
 * @see Docker CLI, "docker login", "Credential stores", "Credential helpers"
 */
export function createDockerConfigCredentials(
  configDirectory: string,
  { environment = {}, helperTimeoutMs = 30_000 }: DockerConfigCredentialsOptions = {},
): CredentialStore {
  const file = join(configDirectory, 'config.json');
  const obstacles = new Map<string, GopdaterError>();
  return {
    obstacle: registry => obstacles.get(registry),
    async get(registry, { signal } = {}) {
      obstacles.delete(registry);
      const config = await readDockerConfig(file);
      const helper = helperOf(config, registry, file);
      if (helper === undefined) return entryOf(config, registry, file);
      try {
        return await askCredentialHelper(helper, registry, { environment, timeoutMs: helperTimeoutMs, signal });
      } catch (error) {
        if (!isMissingHelper(error)) throw error;
        obstacles.set(registry, error);
        return undefined;
      }
    },
  };
}

/** An empty name in `credHelpers` means the file itself, whatever `credsStore` says. */
function helperOf({ credHelpers, credsStore }: DockerConfig, registry: string, file: string): string | undefined {
  const [key] = registryKeys(Object.keys(credHelpers), registry);
  const name = (key === undefined ? credsStore : credHelpers[key]) ?? '';
  if (name === '') return undefined;
  // It becomes part of a program's name: no path may be made of it.
  if (typeof name === 'string' && /^\w[\w.-]*$/.test(name)) return name;
  throw new GopdaterError('CONFIG_INVALID', `${file} names a credential helper for ${registry} that cannot be one.`, {
    hint: 'Write the part after “docker-credential-”, e.g. ecr-login: letters, digits, “.”, “_” and “-”.',
  });
}

function entryOf({ auths }: DockerConfig, registry: string, file: string): RegistryCredentials | undefined {
  for (const key of registryKeys(Object.keys(auths), registry)) {
    const found = credentialsOf(objectOf(auths[key]), registry, file);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What the engine takes first of an entry with several comes first. */
function credentialsOf(
  entry: Readonly<Record<string, unknown>>,
  registry: string,
  file: string,
): RegistryCredentials | undefined {
  const serverAddress = serverAddressOf(registry);
  const registryToken = textOf(entry.registrytoken);
  if (registryToken !== undefined) return { registryToken, serverAddress };
  const identityToken = textOf(entry.identitytoken);
  if (identityToken !== undefined) return { identityToken, serverAddress };

  const { username, password } = entry;
  const auth = textOf(entry.auth);
  if (auth === undefined) {
    return typeof username === 'string' && typeof password === 'string'
      ? { username, password, serverAddress }
      : undefined;
  }
  const [, user, secret] = /^([^:]+):(.*)$/s.exec(Buffer.from(auth, 'base64').toString('utf8')) ?? [];
  if (user === undefined || secret === undefined) {
    throw new GopdaterError('CONFIG_INVALID', `The “auth” of ${registry} in ${file} is no “user:password” in base64.`, {
      hint: `Log in again with “${loginCommand(registry)}”.`,
    });
  }
  return { username: user, password: secret, serverAddress };
}
