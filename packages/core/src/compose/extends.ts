import { dirname } from 'node:path';
import { canonical } from './canonical.ts';
import { Entries } from './entries.ts';
import { directoriesAt, type FileContext, localPath } from './file-context.ts';
import { interpolate } from './interpolate.ts';
import { mergeModels, mergeServices, withoutMarks } from './merge.ts';
import { type Mapping, mapping, type Node } from './node.ts';
import { withAbsolutePaths } from './paths.ts';
import { invalid } from './problem.ts';
import { entryOf, isNull, stringOf, withEntry, withoutEntries } from './tree.ts';
import { withUniqueItems } from './unique.ts';

/** Replaces every service that has `extends` by what it extends with itself laid over it. */
export async function applyExtends(document: Mapping, context: FileContext): Promise<Mapping> {
  const services = entryOf(document, 'services');
  if (services !== undefined && services.kind !== 'mapping' && services.mark === undefined)
    throw invalid(services, 'services must be a mapping.');
  if (services?.kind !== 'mapping' || !services.entries.values.some(isExtending)) return document;
  const scope: Scope = { services, context, resolved: new Map(), bases: new Map() };
  const extended = new Entries<Node>();
  for (const name of services.entries.keys.names) extended.set(name, await extendService(name, scope, []));
  return withEntry(document, 'services', mapping(extended, services, services.mark));
}

function isExtending(service: Node): boolean {
  return extensionOf(service) !== undefined;
}

function extensionOf(service: Node | undefined): Node | undefined {
  const extension = entryOf(service, 'extends');
  if (extension?.mark === 'reset') return undefined;
  return extension?.kind === 'mapping' ? withoutMarks(extension) : extension;
}

/** The services of one file, among which `extends` without a file looks. */
interface Scope {
  readonly services: Mapping;
  readonly context: FileContext;
  readonly resolved: Map<string, Node>;
  /** Scopes of other files, by path. */
  readonly bases: Map<string, Scope>;
}

async function extendService(name: string, scope: Scope, chain: readonly string[]): Promise<Node> {
  const known = scope.resolved.get(name);
  if (known !== undefined) return known;
  const service = scope.services.entries.get(name);
  const extension = extensionOf(service);
  if (service?.kind !== 'mapping' || service.mark === 'reset' || extension === undefined) {
    return service ?? scope.services;
  }
  const link = `${scope.context.file}: ${name}`;
  if (chain.includes(link)) {
    throw invalid(extension, `services.${name} extends itself: ${[...chain, link].join(' → ')}.`, 'Break the cycle.');
  }
  if (chain.length > maxChain) throw invalid(extension, `services.${name} stands at the end of ${maxChain} extends.`);
  const { file, base } = readExtension(extension, name);
  const origin = file === undefined ? scope : await scopeOf(file, extension, scope);
  const found = origin.services.entries.get(base);
  if (found === undefined || found.mark === 'reset') {
    throw invalid(
      extension,
      `services.${name} extends the service "${base}", which is not in ${origin.context.file}.`,
      'Correct the name; the service must be in the same file, or in the one that file: names.',
    );
  }
  const parent = await extendService(base, origin, [...chain, link]);
  if (parent.kind !== 'mapping' && !isNull(parent)) throw invalid(parent, `services.${base} must be a mapping.`);
  // Compose leaves the `extends` of an empty service where it stands, and prints it.
  const extended =
    parent.kind === 'mapping'
      ? withoutExtends(mergeServices(parent, service, `services.${name}`, scope.context.compat))
      : service;
  scope.resolved.set(name, extended);
  return extended;
}

function withoutExtends(service: Mapping): Mapping {
  return withoutEntries(service, key => key === 'extends');
}

/** Services that extend each other in a row. */
const maxChain = 100;

interface Extension {
  readonly file: string | undefined;
  readonly base: string;
}

function readExtension(node: Node, name: string): Extension {
  const base = stringOf(node) ?? stringOf(entryOf(node, 'service'));
  if (base === undefined) throw invalid(node, `services.${name}.extends must name a service.`);
  const file = entryOf(node, 'file');
  if (file !== undefined && stringOf(file) === undefined) {
    throw invalid(file, `services.${name}.extends.file must be a string.`);
  }
  return { file: stringOf(file), base };
}

async function scopeOf(file: string, mentionedAt: Node, from: Scope): Promise<Scope> {
  const path = localPath(file, from.context.filesDirectory, mentionedAt);
  const known = from.bases.get(path);
  if (known !== undefined) return known;
  const context: FileContext = { ...from.context, file: path, ...directoriesAt(dirname(path), from.context) };
  let model = mapping(new Entries(), mentionedAt);
  for (const document of await context.files.documents(path, mentionedAt)) {
    const filled = interpolate(document, context);
    if (filled.kind === 'mapping') model = withUniqueItems(mergeModels(withoutMarks(model), filled, context.compat));
  }
  const services = entryOf(withAbsolutePaths(canonical(model), context), 'services');
  if (services?.kind !== 'mapping' || services.mark === 'reset') {
    throw invalid(mentionedAt, `the file ${path} has no services to extend.`, 'Correct the path.');
  }
  const scope: Scope = { services, context, resolved: new Map(), bases: from.bases };
  from.bases.set(path, scope);
  return scope;
}
