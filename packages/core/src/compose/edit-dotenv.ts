import { GopdaterError } from '../errors.ts';
import { DotenvError, findInDotenv, type WrittenValue } from './dotenv.ts';

/** Another value for one variable of an env file. */
export interface VariableChange {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The value of a variable that an env file's text sets, plainly and once; `undefined` if it does not set it.
 *
 * @param file  for the message
 * @throws GopdaterError `COMPOSE_FILE_INVALID` where it could not be told what an edit would mean
 */
export function readVariable(text: string, name: string, file: string): string | undefined {
  return find(text, name, file)?.text;
}

/**
 * The text with another value for one variable; every other character stays as it is.
 *
 * @param file  for the message
 * @throws GopdaterError `PROJECT_DIFFERS` if the value is not the one to change; and as {@link readVariable}
 */
export function replaceVariable(text: string, { name, from, to }: VariableChange, file: string): string {
  const found = find(text, name, file);
  if (found?.text !== from) {
    const is = found === undefined ? 'is not set' : `is “${found.text}”`;
    throw new GopdaterError('PROJECT_DIFFERS', `${name} ${is} in ${file}, and was “${from}”: somebody has edited it.`, {
      hint: 'Run “docker compose up -d” there once if that edit is meant; the next hook goes on from it.',
    });
  }
  if (!plain.test(to)) throw notPlain(name, to, file);
  return text.slice(0, found.start) + to + text.slice(found.start + from.length);
}

/** What a tag is made of: it needs no quotes and no escapes. */
const plain = /^[\w.-]*$/;

function find(text: string, name: string, file: string): WrittenValue | undefined {
  const [found, second] = readAll(text, name, file);
  if (second !== undefined) {
    throw new GopdaterError('COMPOSE_FILE_INVALID', `${file} sets ${name} more than once.`, {
      hint: 'Keep one of them: it is not known which one is meant.',
    });
  }
  if (found !== undefined && !plain.test(found.text)) throw notPlain(name, found.text, file);
  return found;
}

function readAll(text: string, name: string, file: string): readonly WrittenValue[] {
  try {
    return findInDotenv(text, name);
  } catch (cause) {
    if (!(cause instanceof DotenvError)) throw cause;
    throw new GopdaterError('COMPOSE_FILE_INVALID', `${file}, line ${cause.line}: ${cause.message}.`, { cause });
  }
}

function notPlain(name: string, value: string, file: string): GopdaterError {
  const message = `${name} is ${JSON.stringify(value)} in ${file}, which is no plain part of a tag.`;
  return new GopdaterError('COMPOSE_FILE_INVALID', message, {
    hint: `Write the value itself, without other variables, e.g. ${name}=1.4.0.`,
  });
}
