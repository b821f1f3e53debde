import { readFile, stat } from 'node:fs/promises';
import { type ErrorCode, GopdaterError } from '../errors.ts';
import { DotenvError, parseDotenv } from './dotenv.ts';
import { invalidProject } from './problem.ts';
import type { Lookup } from './template.ts';
import { formatPlace, type Node } from './tree.ts';
import { parseYaml } from './yaml.ts';

/** Compose files by path, each read and parsed once. */
export interface FileCache {
  /** @param mentionedAt  the node that names the file, for the error message */
  readonly documents: (file: string, mentionedAt?: Node) => Promise<readonly Node[]>;
}

export function createFileCache(): FileCache {
  const cache = new Map<string, Promise<readonly Node[]>>();
  return {
    documents(file, mentionedAt) {
      const cached = cache.get(file);
      if (cached !== undefined) return cached;
      const documents = readText(file, mentionedAt).then(text => parseYaml(text, file));
      cache.set(file, documents);
      return documents;
    },
  };
}

/** Reads an env file into `into`; the values of `lookup` come first when others are interpolated. */
export async function readEnvFile(
  file: string,
  lookup: Lookup,
  into: Map<string, string>,
  mentionedAt?: Node,
): Promise<Map<string, string>> {
  const text = await readText(file, mentionedAt);
  try {
    return parseDotenv(text, lookup, into);
  } catch (error) {
    if (error instanceof DotenvError) throw unreadableLine(file, error);
    throw error;
  }
}

export async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch {
    return false;
  }
}

export async function readText(file: string, mentionedAt?: Node): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code, what, hint } = reasonOf(error);
    const place = mentionedAt === undefined ? '' : `${formatPlace(mentionedAt.at)}: `;
    throw new GopdaterError(code, `${place}the file ${file} ${what}.`, { hint, cause: error });
  }
}

interface Reason {
  readonly code: ErrorCode;
  readonly what: string;
  readonly hint: string;
}

function reasonOf(error: unknown): Reason {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { code: 'COMPOSE_FILE_NOT_FOUND', what: 'does not exist', hint: 'Check the path, or create the file.' };
    case 'EISDIR':
      return { code: 'COMPOSE_FILE_INVALID', what: 'is a directory', hint: 'Name the file inside it.' };
    default:
      return { code: 'COMPOSE_FILE_INVALID', what: `cannot be read (${code})`, hint: 'Check its permissions.' };
  }
}

function unreadableLine(file: string, error: DotenvError): GopdaterError {
  return invalidProject(`${file}:${error.line}: ${error.message}.`, 'Correct this line of the env file.', error);
}
