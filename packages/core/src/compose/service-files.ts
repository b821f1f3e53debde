import { type Environment, lookupIn } from './environment.ts';
import { isFile, readEnvFile, readText } from './files.ts';
import { invalid } from './problem.ts';
import { textPairs } from './service.ts';
import { entryOf, itemsOf, type Node, stringOf } from './tree.ts';

/** The environment of a service's containers: its env files, then its own `environment` over them. */
export async function serviceEnvironment(
  service: Node,
  environment: Environment,
): Promise<ReadonlyMap<string, string | null>> {
  const own = new Map<string, string | null>();
  for (const [name, value] of textPairs(entryOf(service, 'environment'))) {
    own.set(name, value ?? environment.get(name) ?? null);
  }
  const read = new Map<string, string>();
  for (const file of envFilesOf(service)) {
    if (!file.required && !(await isFile(file.path))) continue;
    if (file.format === undefined) {
      await readEnvFile(file.path, name => environment.get(name) ?? own.get(name) ?? undefined, read, file.node);
    } else if (file.format === 'raw') {
      readRaw(await readText(file.path, file.node), read);
    } else {
      throw invalid(file.node, `the env file format "${file.format}" is unknown.`, 'Use raw, or leave it out.');
    }
  }
  return new Map<string, string | null>([...read, ...own]);
}

/** The labels of a service's containers: its label files, then its own `labels` over them. */
export async function serviceLabels(service: Node, environment: Environment): Promise<ReadonlyMap<string, string>> {
  const labels = new Map<string, string>();
  const files = entryOf(service, 'label_file');
  const nodes = files === undefined || files.kind === 'sequence' ? itemsOf(files) : [files];
  for (const node of nodes) {
    const path = stringOf(node);
    if (path !== undefined) await readEnvFile(path, lookupIn(environment), labels, node);
  }
  for (const [name, value] of textPairs(entryOf(service, 'labels'))) labels.set(name, value ?? '');
  return labels;
}

interface EnvFile {
  readonly path: string;
  readonly required: boolean;
  readonly format: string | undefined;
  readonly node: Node;
}

function envFilesOf(service: Node): readonly EnvFile[] {
  const files = entryOf(service, 'env_file');
  const nodes = files === undefined || files.kind === 'sequence' ? itemsOf(files) : [files];
  return nodes.flatMap(node => {
    const path = stringOf(node) ?? stringOf(entryOf(node, 'path'));
    const required = entryOf(node, 'required');
    const isOptional = required?.kind === 'scalar' && `${required.value}` === 'false';
    return path === undefined ? [] : [{ path, required: !isOptional, format: stringOf(entryOf(node, 'format')), node }];
  });
}

/** `KEY=VALUE` line by line, taken as it stands. */
function readRaw(text: string, into: Map<string, string>): void {
  for (const line of text.split(/\r?\n/)) {
    const equals = line.indexOf('=');
    if (equals > 0 && !line.trimStart().startsWith('#')) into.set(line.slice(0, equals).trim(), line.slice(equals + 1));
  }
}
