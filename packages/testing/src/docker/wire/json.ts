import { EngineError } from '../../errors.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The request's body; an empty one is an empty object. */
export function parseBody(text: string): JsonObject {
  if (text.trim() === '') return {};
  try {
    return objectOf(JSON.parse(text));
  } catch (cause) {
    throw new EngineError(400, `invalid JSON: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
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
