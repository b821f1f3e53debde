import { basename } from 'node:path';
import type { Node } from './node.ts';
import { invalid, invalidProject } from './problem.ts';
import { fillTemplate, type Lookup, TemplateError } from './template.ts';
import { entryOf, stringOf } from './tree.ts';

export interface NameSources {
  /** `-p`. */
  readonly asked: string | undefined;
  readonly lookup: Lookup;
  /** All documents of all files, in order. */
  readonly documents: readonly Node[];
  readonly workingDirectory: string;
}

/** The project's name: `-p`, `COMPOSE_PROJECT_NAME`, the last `name:` of the files, the directory's name. */
export function projectName({ asked, lookup, documents, workingDirectory }: NameSources): string {
  const exact = asked || lookup('COMPOSE_PROJECT_NAME');
  if (exact) return checkedName(exact);
  const name = normalizeName(declaredName(documents, lookup) ?? basename(workingDirectory));
  if (name === '') throw invalidProject('the project has no name.', 'Set name: in the compose file, or pass -p.');
  return name;
}

/** Lower case, without what a project's name cannot hold. */
export function normalizeName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9_-]/g, '')
    .replace(/^[_-]+/, '');
}

function checkedName(name: string): string {
  if (normalizeName(name) === name) return name;
  throw invalidProject(
    `"${name}" is not a project name: only lower-case letters, digits, - and _ may stand in it, a letter or digit first.`,
    `Call it "${normalizeName(name)}".`,
  );
}

function declaredName(documents: readonly Node[], lookup: Lookup): string | undefined {
  const node = documents.map(document => entryOf(document, 'name')).findLast(name => stringOf(name));
  const template = stringOf(node);
  if (node === undefined || template === undefined) return undefined;
  try {
    return fillTemplate(template, lookup);
  } catch (error) {
    if (error instanceof TemplateError) throw invalid(node, `name: ${error.message}.`, 'Set the variable.', error);
    throw error;
  }
}
