import { GopdaterError } from '@gopdater/core';
import * as v from 'valibot';

/** A request that somebody wrote down. */
export interface CapturedRequest {
  readonly method: string;
  /** With its query; `undefined` if it is not there. */
  readonly path: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** What is not as it came over the wire, in sentences. */
  readonly notes: readonly string[];
}

const requestLine = /^([A-Z]+) (\S+) HTTP\/\d(?:\.\d)?$/;
const statusLine = /^HTTP\/\d(?:\.\d)? \d{3}/;
const headerLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/;

/**
 * Reads a request from a file: raw HTTP as `nc -l` shows it, its head with or without the first line, or JSON
 * `{method, path, headers, body}`.
 *
 * @throws GopdaterError `DELIVERY_INVALID` for what is neither
 */
export function readCaptured(bytes: Buffer): CapturedRequest {
  return isJson(bytes) ? readJson(bytes) : readRaw(bytes);
}

/** Whether it is a whole request, and not a body alone. */
export function isCaptured(bytes: Buffer): boolean {
  try {
    readCaptured(bytes);
    return true;
  } catch {
    return false;
  }
}

function readRaw(bytes: Buffer): CapturedRequest {
  const { head, body } = splitHead(bytes);
  const [first = '', ...others] = head;
  const [, method = 'POST', path] = requestLine.exec(first) ?? [];
  const lines = path !== undefined || statusLine.test(first) ? others : head;
  const headers = lines.map((line, index) => {
    const [, name, value = ''] = headerLine.exec(line) ?? [];
    if (name === undefined) throw invalid(`line ${head.length - lines.length + index + 1} is no header`);
    return [name, value] as const;
  });
  if (headers.length === 0) throw invalid('it has no headers');
  const headerOf = (wanted: string) => headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
  if (/\bchunked$/i.test(headerOf('transfer-encoding') ?? '')) {
    return { method, path, headers, body: joinChunks(body), notes: [] };
  }
  const length = Number(headerOf('content-length') ?? body.length);
  const off = body.length - length;
  const notes: string[] = [];
  if (off > 0) notes.push(`${off} bytes behind the ${length} of Content-Length are left out`);
  if (off < 0) notes.push(`the body breaks off: it has ${body.length} of the ${length} bytes of Content-Length`);
  return { method, path, headers, body: off > 0 ? body.subarray(0, length) : body, notes };
}

/** The lines before the first empty one, and what follows it, as it is. */
function splitHead(bytes: Buffer): { readonly head: readonly string[]; readonly body: Buffer } {
  const head: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf('\n', at);
    const line = bytes
      .subarray(at, end < 0 ? bytes.length : end)
      .toString('latin1')
      .replace(/\r$/, '');
    at = end < 0 ? bytes.length : end + 1;
    if (line === '') return { head, body: bytes.subarray(at) };
    head.push(line);
  }
  throw invalid('there is no empty line between its headers and its body');
}

/** @see RFC 9112, section 7.1 */
function joinChunks(bytes: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = bytes.indexOf('\r\n', at);
    const digits = /^[0-9a-f]{1,7}(?=$|[ \t;])/i.exec(bytes.subarray(at, Math.max(end, at)).toString('latin1'))?.[0];
    if (digits === undefined) throw invalid('its chunks break off');
    const size = Number.parseInt(digits, 16);
    if (size === 0) return Buffer.concat(chunks);
    chunks.push(bytes.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
}

const headersSchema = v.union([
  v.array(v.tuple([v.string(), v.string()])),
  v.pipe(
    v.record(v.string(), v.union([v.string(), v.array(v.string())])),
    v.transform(all =>
      Object.entries(all).flatMap(([name, values]) => [values].flat().map(value => [name, value] as const)),
    ),
  ),
]);
const schema = v.object({
  method: v.optional(v.string(), 'POST'),
  path: v.optional(v.string()),
  url: v.optional(v.string()),
  headers: headersSchema,
  body: v.optional(v.unknown()),
});

function isJson(bytes: Buffer): boolean {
  return bytes.subarray(0, 64).toString('latin1').trimStart().startsWith('{');
}

function readJson(bytes: Buffer): CapturedRequest {
  const parsed = v.safeParse(schema, parse(bytes));
  if (!parsed.success) throw invalid('its JSON is not {method, path, headers, body}');
  const { method, path, url, headers, body } = parsed.output;
  const isText = typeof body === 'string' || body === undefined || body === null;
  return {
    method: method.toUpperCase(),
    path: path ?? (url !== undefined && URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url),
    headers,
    body: Buffer.from(typeof body === 'string' ? body : isText ? '' : JSON.stringify(body)),
    notes: isText ? [] : ['the body is JSON inside of JSON, and not the bytes that came: a signature will not fit'],
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function invalid(why: string): GopdaterError {
  return new GopdaterError('DELIVERY_INVALID', `This is no captured request: ${why}.`, {
    hint: 'Write it down as “nc -l 8000” shows it, or as JSON: {"method": "POST", "path": "/hooks/…", "headers": {…}, "body": "…"}.',
  });
}
