import type { Disk } from './disk.ts';
import { DotenvError, parseDotenv } from './dotenv.ts';
import type { Node } from './node.ts';
import { invalidProject } from './problem.ts';
import type { Lookup } from './template.ts';
import { parseYaml } from './yaml.ts';

/** The files of one load; compose files are parsed once. */
export interface Files extends Disk {
  /** Whether any of them has `!reset` or `!override`. */
  hasMarks(): boolean;
  /** @param mentionedAt  the node that names the file, for the error message */
  documents(file: string, mentionedAt?: Node): Promise<readonly Node[]>;
}

export function createFiles(disk: Disk): Files {
  const parsed = new Map<string, Promise<readonly Node[]>>();
  let hasMarks = false;
  return {
    ...disk,
    hasMarks: () => hasMarks,
    documents(file, mentionedAt) {
      const known = parsed.get(file);
      if (known !== undefined) return known;
      const documents = disk.readYaml(file, mentionedAt).then(text => {
        hasMarks ||= /!(?:reset|override)/.test(text);
        return parseYaml(text, file);
      });
      parsed.set(file, documents);
      return documents;
    },
  };
}

/** Reads an env file into `into`; the values of `lookup` come first when others are interpolated. */
export async function readEnvFile(
  file: string,
  {
    disk,
    lookup,
    into,
    mentionedAt,
  }: {
    readonly disk: Disk;
    readonly lookup: Lookup;
    readonly into: Map<string, string>;
    readonly mentionedAt?: Node | undefined;
  },
): Promise<void> {
  const text = await disk.readText(file, mentionedAt);
  try {
    parseDotenv(text, lookup, into);
  } catch (error) {
    if (!(error instanceof DotenvError)) throw error;
    throw invalidProject(`${file}:${error.line}: ${error.message}.`, 'Correct this line of the env file.', error);
  }
}
