import { EngineError } from '../../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The request's body; an empty one is an empty object. @param mediaType  of its header */
export function parseBody(text: string, mediaType = ''): JsonObject {
  if (text.trim() === '') return {};
  const [type = ''] = mediaType.split(';');
  if (type !== '' && type.trim() !== 'application/json') {
    throw new EngineError(400, `unsupported Content-Type header (${type}): must be 'application/json'`);
  }
  try {
    return objectOf(JSON.parse(text));
  } catch (error) {
    throw new EngineError(400, `invalid JSON: ${reasonOf(error, text)}`);
  }
}

/** In Go's words, as far as the place is known where it goes wrong. */
function reasonOf(error: unknown, text: string): string {
  const [, position] = /at position (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
  const found = position === undefined ? undefined : text[Number(position)];
  return found === undefined ? 'unexpected EOF' : `invalid character '${found}' looking for beginning of value`;
}

/** Anything that is no object counts as an empty one, as null does in the API. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

export function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function stringMapOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(objectOf(value)).map(([key, one]) => [key, String(one)]));
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
