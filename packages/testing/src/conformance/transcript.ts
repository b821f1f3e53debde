/** What an engine was asked and what it answered, in the order of the steps. */
export interface Transcript {
  readonly exchanges: readonly Exchange[];
  /** What the engine told of what the scenario did. */
  readonly events: readonly Json[];
}

export interface Exchange {
  /** e.g. `POST /containers/web/start` */
  readonly request: string;
  /** 0: the client has hung up. */
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; a list of them for a stream; what was printed, as `stdout: text`, for frames; text for all else. */
  readonly answer: Json;
}

export type Json = string | number | boolean | null | readonly Json[] | JsonMap;
export type JsonMap = { readonly [key: string]: Json };

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !isList(value);
}

/** @param pointer  e.g. `/State/Health/Log/0`; undefined if there is nothing. @see RFC 6901 */
export function at(value: Json, pointer: string): Json | undefined {
  let here: Json | undefined = value;
  for (const key of pointer.split('/').slice(1)) {
    if (isList(here)) here = here[Number(key)];
    else here = isMap(here) ? here[key] : undefined;
  }
  return here;
}

/** As it is kept in a file: what fits into a line is in one. */
export function formatTranscript({ exchanges, events }: Transcript): string {
  const items = exchanges.map(({ request, status, headers, answer }) => ({ request, status, headers, answer }));
  return `${format({ exchanges: items, events }, '')}\n`;
}

export function parseTranscript(text: string): Transcript {
  return JSON.parse(text);
}

const lineLength = 240;

function format(value: Json, indent: string): string {
  const inOne = JSON.stringify(value);
  const isShort = indent !== '' && indent.length + inOne.length <= lineLength;
  if (isShort || typeof value !== 'object' || value === null) return inOne;
  const inner = `${indent} `;
  const items = isList(value)
    ? value.map(item => inner + format(item, inner))
    : Object.entries(value).map(([key, item]) => `${inner}${JSON.stringify(key)}: ${format(item, inner)}`);
  const [open, close] = isList(value) ? '[]' : '{}';
  return `${open}\n${items.join(',\n')}\n${indent}${close}`;
}
