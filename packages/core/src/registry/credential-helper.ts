import { GopdaterError } from '../errors.ts';
import { type RegistryCredentials, serverAddressOf } from '../image/credentials.ts';
import { objectOf, textOf } from '../json.ts';
import { askProgram } from './ask-program.ts';

/** How credential helpers are run. */
export interface CredentialHelperOptions {
  /** `PATH` to find the helpers in, and what they want themselves, e.g. `HOME` and `AWS_PROFILE`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** In milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** All that a helper prints of someone it does not know. */
const notFound = 'credentials not found in native keychain';
/** Stands in the user's place when the secret is an identity token. */
const tokenUser = '<token>';

/**
 * Asks `docker-credential-<helper>` who to be at a registry; `undefined` when it knows nobody.
 *
 * @param helper  e.g. `ecr-login`, as `credHelpers` and `credsStore` name it
 * @throws GopdaterError `CREDENTIALS_FAILED` | `ABORTED`; never with what the helper printed
 * @see docker/docker-credential-helpers, "Development"
 */
export async function askCredentialHelper(
  helper: string,
  registry: string,
  { environment, timeoutMs, signal }: CredentialHelperOptions,
): Promise<RegistryCredentials | undefined> {
  const program = `docker-credential-${helper}`;
  const serverAddress = serverAddressOf(registry);
  const failed = (what: string, cause?: unknown) =>
    new GopdaterError('CREDENTIALS_FAILED', `The credential helper ${program} for ${registry} ${what}.`, {
      hint: `Try “echo ${serverAddress} | ${program} get” as the user that gopdater runs as.`,
      cause,
    });

  const limit = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const { exitCode, output } = await askProgram(program, ['get'], `${serverAddress}\n`, {
      environment,
      signal: either,
    });
    if (exitCode === 0) return credentialsOf(parse(output), serverAddress);
    if (output.includes(notFound)) return undefined;
    throw failed(exitCode === null ? 'was killed' : `ended with exit code ${exitCode}`);
  } catch (error) {
    if (error instanceof GopdaterError) throw error;
    if (signal?.aborted) {
      throw new GopdaterError('ABORTED', `Asking the credential helper ${program} was stopped.`, { cause: error });
    }
    if (limit.aborted) throw failed(`gave no answer within ${timeoutMs} ms`);
    if (error instanceof SyntaxError) throw failed('gave an answer that is no JSON');
    throw cannotRun(program, registry, error);
  }
}

function parse(output: string): Readonly<Record<string, unknown>> {
  return objectOf(JSON.parse(output));
}

function credentialsOf(
  { Username, Secret }: Readonly<Record<string, unknown>>,
  serverAddress: string,
): RegistryCredentials | undefined {
  const username = textOf(Username);
  const secret = textOf(Secret);
  if (username === undefined || secret === undefined) return undefined;
  return username === tokenUser
    ? { identityToken: secret, serverAddress }
    : { username, password: secret, serverAddress };
}

/** There is no such helper, rather than one that failed. */
export function isMissingHelper(error: unknown): error is GopdaterError {
  return error instanceof GopdaterError && error.code === 'CREDENTIALS_FAILED' && isNotFound(error.cause);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function cannotRun(program: string, registry: string, cause: unknown): GopdaterError {
  const what = isNotFound(cause) ? 'is not in the PATH' : 'cannot be run';
  return new GopdaterError('CREDENTIALS_FAILED', `The credential helper ${program} for ${registry} ${what}.`, {
    hint: 'Install it where gopdater runs (in a container, mount it into the PATH), or point DOCKER_CONFIG at a config.json that names no helper.',
    cause,
  });
}
