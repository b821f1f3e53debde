import { createHash } from 'node:crypto';
import { RegistryError } from './failures.ts';

export interface TokenOptions {
  /** Without a user everybody gets a token, as for a public repository. */
  readonly username?: string;
  readonly password?: string;
}

/**
 * Who may read: a bearer token per scope, handed out against basic credentials.
 *
 * @see Distribution, "Token Authentication Specification"
 */
export class TokenAuth {
  readonly #options: TokenOptions;

  constructor(options: TokenOptions) {
    this.#options = options;
  }

  /** Throws 401 with the challenge unless the header has this scope's token. */
  authorize(authorization: string | undefined, { realm, scope }: { realm: string; scope: string | undefined }): void {
    if (authorization === `Bearer ${tokenFor(scope ?? '')}`) return;
    const challenge = [`realm="${realm}"`, `service="${service}"`, ...(scope ? [`scope="${scope}"`] : [])];
    throw new RegistryError(401, 'UNAUTHORIZED', 'authentication required', {
      'WWW-Authenticate': `Bearer ${challenge.join(',')}`,
    });
  }

  /** Throws 401 if the credentials are wrong or missing. */
  issue(credentials: TokenOptions | undefined, scope: string): string {
    this.checkUser(credentials);
    return tokenFor(scope);
  }

  checkUser(credentials: TokenOptions | undefined): void {
    const { username, password } = this.#options;
    if (username === undefined) return;
    if (credentials?.username === username && credentials.password === password) return;
    throw new RegistryError(401, 'UNAUTHORIZED', 'incorrect username or password');
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

function tokenFor(scope: string): string {
  return createHash('sha256').update(`${service} ${scope}`).digest('hex');
}
