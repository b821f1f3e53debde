import type { Mapping, Node } from './node.ts';
import { invalid } from './problem.ts';
import { entriesOf, entryOf } from './tree.ts';

/** Checks volumes, secrets and configs by themselves. */
export function checkResources(model: Mapping): void {
  for (const [name, node] of entriesOf(entryOf(model, 'secrets'))) {
    checkContent(`secrets.${name}`, node, ['file', 'environment']);
  }
  for (const [name, node] of entriesOf(entryOf(model, 'configs'))) {
    checkContent(`configs.${name}`, node, ['file', 'environment', 'content']);
  }
  for (const [name, node] of entriesOf(entryOf(model, 'volumes'))) checkExternal(`volumes.${name}`, node);
}

function checkContent(path: string, node: Node, sources: readonly string[]): void {
  const given = sources.filter(source => entryOf(node, source) !== undefined);
  if (given.length > 1) throw invalid(node, `${path} has ${given.join(' and ')}.`, 'Keep one of them.');
  const isElsewhere = entryOf(node, 'driver') !== undefined || entryOf(node, 'external') !== undefined;
  if (given.length === 0 && !isElsewhere) throw invalid(node, `${path} must have one of ${sources.join(', ')}.`);
}

/** What exists already cannot be configured. */
function checkExternal(path: string, node: Node): void {
  const external = entryOf(node, 'external');
  if (external === undefined || (external.kind === 'scalar' && external.value !== true)) return;
  for (const [key, value] of entriesOf(node)) {
    if (key === 'external' || key === 'name' || key.startsWith('x-')) continue;
    throw invalid(value, `${path} is external, so it cannot have ${key}.`, 'Drop one of the two.');
  }
}
