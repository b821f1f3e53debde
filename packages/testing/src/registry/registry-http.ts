import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ContentStore } from './content-store.ts';
import { type FailureList, RegistryError } from './failures.ts';
import { type Content, mediaTypes } from './image-bytes.ts';
import { referrersIndex } from './sign-image.ts';
import { parseBasic, type RegistryAuth, TokenAuth, type TokenOptions } from './token-auth.ts';
import { storeManifest, type Uploads } from './uploads.ts';

/** What the handler serves from; `auth` is undefined while the registry is open to all. */
export interface RegistryBackend {
  readonly contents: ContentStore;
  readonly uploads: Uploads;
  readonly failures: FailureList;
  readonly auth: RegistryAuth | undefined;
  readonly url: string;
}

interface RegistryReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** The status of a request that got no answer. */
const cut = 0;

/**
 * Answers one request, or cuts its connection.
 *
 * @param sent  what came with it
 * @returns the status; 0 if the connection was cut
 * @see OCI Distribution Spec v1.1, "Endpoints"
 */
export function handleRegistryRequest(
  backend: RegistryBackend,
  request: IncomingMessage,
  response: ServerResponse,
  sent: Buffer,
): number {
  const { status, headers, body } = answer(backend, request, sent);
  if (status === cut) {
    request.socket.destroy();
    return status;
  }
  const length = Buffer.byteLength(body);
  response.writeHead(status, {
    'Docker-Distribution-Api-Version': 'registry/2.0',
    'Content-Length': length,
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return status;
}

function answer(backend: RegistryBackend, request: IncomingMessage, sent: Buffer): RegistryReply {
  try {
    return route(backend, request, sent);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const { status, code, message, headers, detail } = error;
    return jsonReply({ errors: [{ code, message, detail }] }, status, headers);
  }
}

function route(
  backend: RegistryBackend,
  { method, url: target = '/', headers }: IncomingMessage,
  sent: Buffer,
): RegistryReply {
  const url = new URL(target, 'http://registry');
  if (url.pathname === '/token') {
    return method === 'POST'
      ? grantToken(backend, new URLSearchParams(sent.toString()))
      : token(backend, url.searchParams, parseBasic(headers.authorization));
  }
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isRead) return push(backend, { method, url, headers, sent });
  const [, path, resource, name = ''] =
    url.pathname.match(/^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/) ?? [];
  const scope = path === undefined ? {} : { scope: `repository:${path}:pull` };
  backend.auth?.authorize(headers.authorization, { realm: `${backend.url}/token`, ...scope });
  if (url.pathname === '/v2/') return jsonReply({});
  if (path === undefined) throw new RegistryError(404, 'NOT_FOUND', 'page not found');
  if (resource === 'manifests') return manifest(backend, path, name, headers.accept);
  if (resource === 'blobs') return blob(backend, path, name);
  if (resource === 'referrers') return referrers(backend, path, name);
  return tags(backend, path, url.searchParams);
}

interface PushRequest {
  readonly method: string | undefined;
  readonly url: URL;
  readonly headers: IncomingMessage['headers'];
  readonly sent: Buffer;
}

/** Spec section "Push": blobs in one piece or in several, blobs of another repository, then the manifest. */
function push(backend: RegistryBackend, { method, url, headers, sent }: PushRequest): RegistryReply {
  const [, path, resource, name = ''] = url.pathname.match(/^\/v2\/(.+)\/(blobs\/uploads|manifests)\/([^/]*)$/) ?? [];
  if (path === undefined) throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
  const { auth, contents, failures, uploads } = backend;
  auth?.authorize(headers.authorization, { realm: `${backend.url}/token`, scope: `repository:${path}:pull,push` });
  failures.check(resource === 'manifests' ? 'manifests' : 'blobs', path);
  const stored = (what: string, digest: string): RegistryReply => ({
    status: 201,
    headers: { Location: `/v2/${path}/${what}/${digest}`, 'Docker-Content-Digest': digest },
    body: '',
  });
  const going = (id: string, size: number): RegistryReply => ({
    status: 202,
    headers: {
      Location: `/v2/${path}/blobs/uploads/${id}`,
      'Docker-Upload-UUID': id,
      Range: `0-${Math.max(0, size - 1)}`,
    },
    body: '',
  });
  if (resource === 'manifests' && method === 'PUT') {
    const mediaType = headers['content-type'] ?? '';
    return stored('manifests', storeManifest(contents, { path, reference: name, mediaType, bytes: sent }).digest);
  }
  const digest = url.searchParams.get('digest') ?? '';
  if (method === 'POST' && name === '') {
    const [mounted = '', from = ''] = ['mount', 'from'].map(key => url.searchParams.get(key) ?? '');
    const blob = contents.blob(from, mounted);
    if (!blob) return going(uploads.start(), 0);
    contents.addBlob(path, blob);
    return stored('blobs', mounted);
  }
  if (method === 'PATCH') return going(name, uploads.append(name, sent));
  if (method !== 'PUT') throw new RegistryError(405, 'UNSUPPORTED', 'The operation is unsupported.');
  uploads.append(name, sent);
  contents.addBlob(path, { digest, mediaType: 'application/octet-stream', bytes: uploads.end(name, digest) });
  return stored('blobs', digest);
}

/** Spec section "Pulling manifests". */
function manifest(
  { contents, failures }: RegistryBackend,
  path: string,
  name: string,
  accept: string | undefined,
): RegistryReply {
  failures.check('manifests', path);
  const content = contents.manifest(path, name)?.content;
  if (!content) throw unknownManifest(contents, path, name);
  if (!accepts(accept, content.mediaType)) {
    throw new RegistryError(404, 'MANIFEST_UNKNOWN', `accept header does not support ${content.mediaType}`);
  }
  return contentReply(content, content.mediaType);
}

/** Spec section "Pulling blobs". */
function blob({ contents, failures }: RegistryBackend, path: string, digest: string): RegistryReply {
  failures.check('blobs', path);
  const content = contents.blob(path, digest);
  if (!content) throw new RegistryError(404, 'BLOB_UNKNOWN', 'blob unknown to registry', {}, digest);
  return contentReply(content, 'application/octet-stream');
}

/** Spec section "Listing Referrers". Where there are none, a registry without that list is meant: 404. */
function referrers({ contents, failures }: RegistryBackend, path: string, digest: string): RegistryReply {
  failures.check('manifests', path);
  const found = contents.referrers(path, digest);
  if (found.length === 0) throw new RegistryError(404, 'NOT_FOUND', 'page not found');
  return contentReply(referrersIndex(found), mediaTypes.index);
}

/** Spec section "Listing tags": in alphabetical order, `n` of them after `last`. */
function tags({ contents, failures }: RegistryBackend, path: string, asked: URLSearchParams): RegistryReply {
  failures.check('tags', path);
  const known = contents.tags(path);
  if (!known) throw unknownManifest(contents, path);
  const after = known.filter(tag => tag > (asked.get('last') ?? ''));
  const count = Number(asked.get('n') ?? after.length);
  const page = after.slice(0, count);
  const next = new URLSearchParams({ last: page.at(-1) ?? '', n: `${count}` });
  const link = page.length < after.length ? { Link: `</v2/${path}/tags/list?${next}>; rel="next"` } : {};
  return jsonReply({ name: path, tags: page }, 200, link);
}

/** Distribution, "OAuth2 Token Authentication": grants by `refresh_token` and by `password`. */
function grantToken(backend: RegistryBackend, form: URLSearchParams): RegistryReply {
  const given = (name: string) => form.get(name) ?? '';
  switch (form.get('grant_type')) {
    case 'refresh_token':
      return token(backend, form, { identityToken: given('refresh_token') });
    case 'password':
      return token(backend, form, { username: given('username'), password: given('password') });
    default:
      throw new RegistryError(400, 'UNSUPPORTED', 'unsupported grant_type');
  }
}

function token(
  { auth, failures }: RegistryBackend,
  asked: URLSearchParams,
  credentials: TokenOptions | undefined,
): RegistryReply {
  failures.check('token', undefined);
  if (!(auth instanceof TokenAuth)) throw new RegistryError(404, 'NOT_FOUND', 'page not found');
  const issued = auth.issue(credentials, asked.get('scope') ?? '');
  return jsonReply({ token: issued, access_token: issued, expires_in: 300 });
}

/** @param name  a tag or a digest; none if it is about the repository */
export function unknownManifest(contents: ContentStore, path: string, name?: string): RegistryError {
  if (!contents.has(path)) {
    return new RegistryError(404, 'NAME_UNKNOWN', 'repository name not known to registry', {}, { name: path });
  }
  const detail = name?.includes(':') ? `unknown manifest name=${path} revision=${name}` : { Tag: name };
  return new RegistryError(404, 'MANIFEST_UNKNOWN', 'manifest unknown', {}, detail);
}

function accepts(header: string | undefined, mediaType: string): boolean {
  const accepted = header?.split(',').map(one => one.split(';')[0]?.trim());
  return accepted?.some(one => one === '*/*' || one === mediaType) ?? true;
}

function contentReply({ bytes, digest }: Content, mediaType: string): RegistryReply {
  const headers = { 'Content-Type': mediaType, 'Docker-Content-Digest': digest, ETag: `"${digest}"` };
  return { status: 200, headers, body: bytes };
}

function jsonReply(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): RegistryReply {
  return { status, headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(value) };
}
