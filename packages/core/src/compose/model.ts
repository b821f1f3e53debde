import { canonical } from './canonical.ts';
import { type Compat, isBefore } from './compat.ts';
import { withDefaults } from './defaults.ts';
import { Entries } from './entries.ts';
import { type Environment, lookupIn } from './environment.ts';
import { applyExtends } from './extends.ts';
import type { Directories, FileContext } from './file-context.ts';
import type { Files } from './files.ts';
import { applyInclude, type WithIncluded } from './include.ts';
import { interpolate } from './interpolate.ts';
import { mergeModels, withoutMarks } from './merge.ts';
import { type Mapping, mapping, type Node } from './node.ts';
import { invalid, invalidProject } from './problem.ts';
import { checkShape, hasShape, type Laid } from './project-shape.ts';
import { checkResources } from './resources.ts';
import { withoutEntries } from './tree.ts';
import { withUniqueItems } from './unique.ts';
import { withWatchedPaths } from './watched-paths.ts';

/** Compose files that are merged into one model. */
export interface ModelFiles extends Directories {
  readonly paths: readonly string[];
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

/** Reads files in order into one model in its long form with absolute paths. */
async function readModel(files: ModelFiles): Promise<Mapping> {
  return await completeModel(await readWritten(files), files);
}

/** Brings a model into its long form with absolute paths. */
export async function completeModel(model: Mapping, files: ModelFiles): Promise<Mapping> {
  const complete = await withWatchedPaths(withDefaults(canonical(model), files), files.files);
  checkResources(complete);
  return complete;
}

/** Reads files in order into one model, the last as it is written, checking its shape after each document. */
export async function readWritten(files: ModelFiles): Promise<Mapping> {
  let written: Mapping | undefined;
  for (const path of files.paths) {
    const documents = await files.files.documents(path, files.mentionedAt);
    files.count.files += 1;
    if (files.count.files > maxFiles) {
      throw invalidProject(`${path}: more than ${maxFiles} files are included.`, 'Include each file once.');
    }
    for (const document of documents) {
      const model = written && canonical(written);
      const { model: read, imported } = await readDocument(document, path, files);
      const laid = model === undefined ? read : mergeModels(model, read, files.compat);
      const cleared = files.files.hasMarks() ? withoutMarks(laid) : laid;
      const earlier = earlierOf(model, imported, files.compat);
      const fitting = inShape(cleared, files.compat, { document: read, earlier });
      // Allowed in every file, and without meaning.
      written = fitting.entries.has('version') ? withoutEntries(fitting, key => key === 'version') : fitting;
    }
  }
  if (written === undefined || written.entries.size === 0) {
    // Only what is included may say nothing.
    if (files.mentionedAt === undefined) throw emptyFile(files.paths);
    return mapping(new Entries(), files.mentionedAt);
  }
  return written;
}

/** The model, if its shape is right. A list may hold twice what its long form has once. */
function inShape(model: Mapping, compat: Compat, laid: Laid): Mapping {
  if (hasShape(model, compat, laid)) return model;
  const unique = withUniqueItems(model);
  checkShape(unique, compat, laid);
  return unique;
}

/** What is included was read before the file that includes it. */
function earlierOf(model: Mapping | undefined, imported: Mapping | undefined, compat: Compat): Mapping | undefined {
  return model === undefined || imported === undefined ? (model ?? imported) : mergeModels(model, imported, compat);
}

async function readDocument(document: Node, path: string, files: ModelFiles): Promise<WithIncluded> {
  const { environment, directory, filesDirectory, home, onUnset, compat } = files;
  const context: FileContext = {
    file: path,
    directory,
    filesDirectory,
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
  if (filled.kind !== 'mapping') return { model: document, imported: undefined };
  const including = { ...files, chain: [...files.chain, path] };
  // The other way round, a service cannot extend an included one.
  if (!isBefore(compat, '5')) {
    const { model, imported } = await applyInclude(filled, including, readModel);
    return { model: await applyExtends(model, context), imported };
  }
  return applyInclude(await applyExtends(filled, context), including, readModel);
}

function emptyFile(paths: readonly string[]): Error {
  return invalidProject(`${paths.join(', ')}: the compose file is empty.`, 'Define at least one service.');
}
