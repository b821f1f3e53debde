import type { SecretAuthentication, Verdict } from './authentication.ts';
import { type HookRequest, headerOf } from './request.ts';
import { isSameSecret } from './signature.ts';

type Of<K extends SecretAuthentication['kind']> = Extract<SecretAuthentication, { kind: K }>;

export function verifyPath({ pathSecret }: HookRequest, { secrets }: Of<'path'>): Verdict {
  return judge(pathSecret, secrets, 'the path has no secret', 'the path has another secret');
}

export function verifyToken(request: HookRequest, { header, forbids = [], secrets }: Of<'token'>): Verdict {
  const unwanted = forbids.find(name => request.headers.has(name));
  if (unwanted !== undefined) {
    return { ok: false, reason: `${unwanted} was sent, and only ${header} is checked here: it would be ignored` };
  }
  return judge(headerOf(request, header), secrets, missing(header), `${header} is another secret`);
}

export function verifyBearer(request: HookRequest, { query, secrets }: Of<'bearer'>): Verdict {
  const header = 'authorization';
  if (query !== undefined && !request.headers.has(header)) {
    const [token, ...more] = request.query.getAll(query);
    const given = more.length > 0 ? undefined : token;
    return judge(given, secrets, `neither ${header} nor one ${query} was sent`, `${query} is another secret`);
  }
  const token = /^Bearer ([^ ]+)$/i.exec(headerOf(request, header) ?? '')?.[1];
  return judge(token, secrets, missing(header, ' as “Bearer …”'), 'the bearer token is another secret');
}

export function verifyBasic(request: HookRequest, { secrets }: Of<'basic'>): Verdict {
  const header = 'authorization';
  const encoded = /^Basic ([A-Za-z0-9+/]+=*)$/i.exec(headerOf(request, header) ?? '')?.[1];
  const given = encoded === undefined ? undefined : Buffer.from(encoded, 'base64').toString('utf8');
  return judge(given, secrets, missing(header, ' as “Basic …”'), 'the user or the password is another');
}

/** Every secret is compared, whichever fits. */
function judge(given: string | undefined, secrets: readonly string[], absent: string, wrong: string): Verdict {
  const fits = secrets.map(secret => secret !== '' && isSameSecret(given ?? '', secret));
  if (fits.includes(true)) return { ok: true };
  return { ok: false, reason: given === undefined ? absent : wrong };
}

function missing(header: string, how = ''): string {
  return `${header} was not sent${how}, or more than once`;
}
