import { createHash } from 'node:crypto';
import { RegistryError } from './failures.ts';

/** Who gets a token; without any of these everybody does, as for a public repository. */
export interface TokenOptions {
  readonly username?: string;
  readonly password?: string;
  /** A refresh token: whoever has it gets tokens for it. */
  readonly identityToken?: string;
  /** A bearer token that opens every repository, without asking for another. */
  readonly registryToken?: string;
}

/** How a registry that is not open to all lets readers in. */
export interface RegistryAuth {
  /** Throws 401 with the challenge unless the header lets its sender read. */
  authorize(authorization: string | undefined, where: { readonly realm: string; readonly scope?: string }): void;
  /** Throws 401 if the credentials are wrong or missing. */
  checkUser(credentials: TokenOptions | undefined): void;
}

/**
 * Who may read: a bearer token per scope, handed out against credentials.
 *
 * @see Distribution, "Token Authentication Specification"
 */
export class TokenAuth implements RegistryAuth {
  readonly #options: TokenOptions;

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  authorize(authorization: string | undefined, { realm, scope }: { realm: string; scope?: string }): void {
    if (authorization === `Bearer ${tokenFor(scope ?? '')}`) return;
    const { registryToken } = this.#options;
    if (registryToken !== undefined && authorization === `Bearer ${registryToken}`) return;
    const challenge = [`realm="${realm}"`, `service="${service}"`, ...(scope ? [`scope="${scope}"`] : [])];
    throw unauthorized('authentication required', `Bearer ${challenge.join(',')}`);
  }

  /** Throws 401 if the credentials are wrong or missing. */
  issue(credentials: TokenOptions | undefined, scope: string): string {
    this.checkUser(credentials);
    return tokenFor(scope);
  }

  checkUser(credentials: TokenOptions | undefined): void {
    const { identityToken, registryToken, username } = this.#options;
    if (identityToken !== undefined && credentials?.identityToken === identityToken) return;
    if (registryToken !== undefined && credentials?.registryToken === registryToken) return;
    if (isSameUser(credentials, this.#options)) return;
    if (username === undefined && identityToken === undefined && registryToken === undefined) return;
    throw new RegistryError(401, 'UNAUTHORIZED', 'incorrect username or password');
  }
}

/** Who may read: one user, who sends name and password with each request. */
export class BasicAuth implements RegistryAuth {
  readonly #user: Required<Pick<TokenOptions, 'username' | 'password'>>;

  constructor(user: Required<Pick<TokenOptions, 'username' | 'password'>>) {
    this.#user = user;
  }

  authorize(authorization: string | undefined): void {
    if (!isSameUser(parseBasic(authorization), this.#user)) {
      throw unauthorized('authentication required', `Basic realm="${service}"`);
    }
  }

  checkUser(credentials: TokenOptions | undefined): void {
    if (!isSameUser(credentials, this.#user)) {
      throw new RegistryError(401, 'UNAUTHORIZED', 'incorrect username or password');
    }
  }
}

const service = 'fake-registry';

/** `Basic dXNlcjpwYXNz` → `{ username, password }`; `undefined` without such a header. */
export function parseBasic(authorization: string | undefined): TokenOptions | undefined {
  const encoded = authorization?.match(/^Basic (\S+)$/i)?.[1];
  if (encoded === undefined) return undefined;
  const [username = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
  return { username, password: password.join(':') };
}

function isSameUser(given: TokenOptions | undefined, known: TokenOptions): boolean {
  return known.username !== undefined && given?.username === known.username && given.password === known.password;
}

function unauthorized(message: string, challenge: string): RegistryError {
  return new RegistryError(401, 'UNAUTHORIZED', message, { 'WWW-Authenticate': challenge });
}

function tokenFor(scope: string): string {
  return createHash('sha256').update(`${service} ${scope}`).digest('hex');
}
