import { canonical } from './canonical.ts';
import { type Compat, isBefore } from './compat.ts';
import { withDefaults } from './defaults.ts';
import { Entries } from './entries.ts';
import { type Environment, lookupIn } from './environment.ts';
import { applyExtends } from './extends.ts';
import type { FileContext } from './file-context.ts';
import type { Files } from './files.ts';
import { applyInclude } from './include.ts';
import { interpolate } from './interpolate.ts';
import { mergeModels, withoutMarks } from './merge.ts';
import { invalid, invalidProject } from './problem.ts';
import { checkShape, hasShape } from './project-shape.ts';
import { checkResources } from './resources.ts';
import { entryOf, type Mapping, mapChildren, mapping, type Node, withEntry, withoutEntries } from './tree.ts';
import { withUniqueItems } from './unique.ts';

/** Compose files that are merged into one model. */
export interface ModelFiles {
  readonly paths: readonly string[];
  /** Where all relative paths in them start. */
  readonly directory: string;
  readonly home: string | undefined;
  readonly environment: Environment;
  readonly onUnset: (name: string) => void;
  readonly files: Files;
  readonly compat: Compat;
  /** How many were read until now, those included. */
  readonly count: { files: number };
  /** The files that are being read, each included by the one before. */
  readonly chain: readonly string[];
  /** What names the files, for error messages. */
  readonly mentionedAt?: Node;
}

/** A file that is included by two, which are included by two, and so on, is read very often. */
const maxFiles = 1_000;

/** Reads files in order into one model in its long form with absolute paths, checking its shape after each document. */
export async function readModel(files: ModelFiles): Promise<Mapping> {
  const documents = await readDocuments(files);
  let model: Mapping | undefined;
  for (const [index, { path, document }] of documents.entries()) {
    const read = await readDocument(document, path, files);
    const laid = model === undefined ? read : mergeModels(model, read, files.compat);
    const isLast = index === documents.length - 1;
    const count = { ports: 0 };
    model = serviceByService(files.files.hasMarks() ? withoutMarks(laid) : laid, part => {
      const long = canonical(inShape(part, files.compat), count);
      return isLast ? withDefaults(long, files) : long;
    });
    // Allowed in every file, and without meaning.
    if (model.entries.has('version')) model = withoutEntries(model, key => key === 'version');
  }
  if (model === undefined || model.entries.size === 0) throw emptyFile(files.paths);
  checkResources(model);
  return model;
}

/** Checks the shape of a part. A list may hold twice what its long form has once. */
function inShape(part: Mapping, compat: Compat): Mapping {
  if (hasShape(part, compat)) return part;
  const unique = withUniqueItems(part);
  checkShape(unique, compat);
  return unique;
}

interface ReadDocument {
  readonly path: string;
  readonly document: Node;
}

async function readDocuments({ paths, files, count, mentionedAt }: ModelFiles): Promise<readonly ReadDocument[]> {
  const read: ReadDocument[] = [];
  for (const path of paths) {
    for (const document of await files.documents(path, mentionedAt)) read.push({ path, document });
    count.files += 1;
    if (count.files > maxFiles) {
      throw invalidProject(`${path}: more than ${maxFiles} files are included.`, 'Include each file once.');
    }
  }
  return read;
}

/**
 * Takes a model through several steps, each service through all of them before the next: what one step made of hundreds is
 * no longer near when the next one asks for it.
 */
function serviceByService(model: Mapping, change: (part: Mapping) => Mapping): Mapping {
  const services = entryOf(model, 'services');
  if (services?.kind !== 'mapping') return change(model);
  const changed = mapChildren(services, (service, name) => {
    const alone = mapping(new Entries([`${name}`], [service]), services, services.mark);
    const part = change(mapping(new Entries<Node>(['services'], [alone]), model));
    return entryOf(entryOf(part, 'services'), `${name}`) ?? service;
  });
  const others = change(withoutEntries(model, key => key === 'services'));
  return withEntry(others, 'services', changed);
}

async function readDocument(document: Node, path: string, files: ModelFiles): Promise<Mapping> {
  const { environment, directory, home, onUnset, compat } = files;
  const context: FileContext = {
    file: path,
    directory,
    home,
    files: files.files,
    lookup: lookupIn(environment),
    onUnset,
    compat,
  };
  if (document.kind !== 'mapping') {
    throw invalid(document, 'the top level must be a mapping.', 'Start the file with services:.');
  }
  const filled = interpolate(document, context);
  if (filled.kind !== 'mapping') return document;
  const including = { ...files, chain: [...files.chain, path] };
  // The other way round, a service cannot extend an included one.
  if (!isBefore(compat, '5')) return applyExtends(await applyInclude(filled, including, readModel), context);
  return applyInclude(await applyExtends(filled, context), including, readModel);
}

function emptyFile(paths: readonly string[]): Error {
  return invalidProject(`${paths.join(', ')}: the compose file is empty.`, 'Define at least one service.');
}
