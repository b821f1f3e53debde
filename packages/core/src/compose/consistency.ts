import { type Dependency, dependenciesOf } from './dependencies.ts';
import { invalid } from './problem.ts';
import { isEnabled } from './profiles.ts';
import { checkResources } from './resources.ts';
import { numberOf, scaleOf } from './service.ts';
import { entriesOf, entryOf, itemsOf, type Mapping, type Node, stringOf, stringsOf } from './tree.ts';
import { parseVolume } from './volume.ts';

/** Checks what one attribute cannot tell alone: that references lead somewhere and names are not taken twice. */
export function checkConsistency(model: Mapping, profiles: readonly string[]): void {
  checkResources(model);
  const services = entryOf(model, 'services');
  const enabled = new Map<string, Node>();
  for (const [name, node] of entriesOf(services)) {
    checkForm(name, node);
    if (isEnabled(node, profiles)) enabled.set(name, node);
  }
  for (const [name, node] of enabled) checkService(name, node, { model, services, enabled });
  checkContainerNames(enabled);
  checkCycles(enabled);
}

interface Surroundings {
  readonly model: Mapping;
  readonly services: Node | undefined;
  readonly enabled: ReadonlyMap<string, Node>;
}

/** What must hold for a disabled service too. */
function checkForm(name: string, node: Node): void {
  const test = entryOf(entryOf(node, 'healthcheck'), 'test');
  const kind = stringOf(itemsOf(test)[0]);
  if (kind !== undefined && !['NONE', 'CMD', 'CMD-SHELL'].includes(kind)) {
    throw invalid(test ?? node, `services.${name}.healthcheck.test must start with CMD, CMD-SHELL or NONE.`);
  }
  for (const attribute of ['command', 'entrypoint']) {
    const command = entryOf(node, attribute);
    const words = stringOf(command);
    if (command !== undefined && words !== undefined && hasOpenQuote(words)) {
      throw invalid(
        command,
        `services.${name}.${attribute} has a quote that is not closed.`,
        'Close it, or escape it.',
      );
    }
  }
  for (const [index, item] of itemsOf(entryOf(node, 'volumes')).entries()) {
    const short = stringOf(item);
    const path = `services.${name}.volumes.${index}`;
    if (short !== undefined && parseVolume(short) === undefined) {
      throw invalid(item, `${path} is not SOURCE:TARGET:OPTIONS.`, 'Fill in what is empty; a variable may be unset.');
    }
    if (short === undefined && stringOf(entryOf(item, 'target')) === undefined) {
      throw invalid(item, `${path} has no target.`, 'Say where in the container it is mounted.');
    }
  }
}

function checkService(name: string, node: Node, surroundings: Surroundings): void {
  const hasSource = Boolean(stringOf(entryOf(node, 'image'))) || entryOf(node, 'build') || entryOf(node, 'provider');
  if (!hasSource) {
    throw invalid(
      node,
      `services.${name} has neither an image nor a build.`,
      'Give it one; an override file must follow the file that it overrides.',
    );
  }
  for (const dependency of dependenciesOf(node)) checkDependency(name, dependency, surroundings);
  checkNetworks(name, node, surroundings.model);
  checkVolumes(name, node, surroundings.model);
  for (const kind of ['configs', 'secrets']) {
    for (const item of itemsOf(entryOf(node, kind)))
      checkReference(name, item, kind, sourceOf(item), surroundings.model);
  }
  for (const item of itemsOf(entryOf(entryOf(node, 'build'), 'secrets'))) {
    checkReference(name, item, 'secrets', sourceOf(item), surroundings.model);
  }
  const models = entryOf(node, 'models');
  for (const model of namesIn(models)) checkReference(name, models ?? node, 'models', model, surroundings.model);
  checkScale(name, node);
}

function checkDependency(
  name: string,
  { name: other, required, node }: Dependency,
  { services, enabled }: Surroundings,
): void {
  if (enabled.has(other)) return;
  const exists = entryOf(services, other) !== undefined;
  if (exists && !required) return;
  throw invalid(
    node,
    `services.${name} depends on the service "${other}", which ${exists ? 'no active profile enables' : 'is not defined'}.`,
    exists
      ? 'Activate one of its profiles, or make the dependency required: false.'
      : 'Correct the name, or define it.',
  );
}

function checkNetworks(name: string, node: Node, model: Mapping): void {
  const networks = entryOf(node, 'networks');
  const mode = entryOf(node, 'network_mode');
  if (networks !== undefined && mode !== undefined) {
    throw invalid(mode, `services.${name} has both network_mode and networks.`, 'Keep one of them.');
  }
  for (const network of namesIn(networks)) {
    if (network !== 'default') checkReference(name, networks ?? node, 'networks', network, model);
  }
}

function checkVolumes(name: string, node: Node, model: Mapping): void {
  for (const item of itemsOf(entryOf(node, 'volumes'))) {
    const short = stringOf(item);
    const volume = short === undefined ? undefined : parseVolume(short);
    const type = volume?.type ?? stringOf(entryOf(item, 'type'));
    const source = volume === undefined ? stringOf(entryOf(item, 'source')) : volume.source;
    if (type === 'volume' && source) checkReference(name, item, 'volumes', source, model);
  }
}

function checkReference(name: string, at: Node, kind: string, reference: string | undefined, model: Mapping): void {
  if (reference === undefined || entryOf(entryOf(model, kind), reference) !== undefined) return;
  const noun = kind.replace(/s$/, '');
  throw invalid(
    at,
    `services.${name} refers to the ${noun} "${reference}", which is not defined.`,
    `Define it under the top-level ${kind}.`,
  );
}

function checkScale(name: string, node: Node): void {
  const scale = numberOf(entryOf(node, 'scale'));
  const replicas = numberOf(entryOf(entryOf(node, 'deploy'), 'replicas'));
  if (scale !== undefined && replicas !== undefined && scale !== replicas) {
    throw invalid(node, `services.${name} has scale ${scale} but deploy.replicas ${replicas}.`, 'Keep one of them.');
  }
  if (entryOf(node, 'container_name') !== undefined && scaleOf(node) > 1) {
    throw invalid(
      node,
      `services.${name} has a container_name, so it cannot have ${scaleOf(node)} containers.`,
      'Drop one of the two.',
    );
  }
}

function checkContainerNames(services: ReadonlyMap<string, Node>): void {
  const owners = new Map<string, string>();
  for (const [name, node] of services) {
    const containerName = stringOf(entryOf(node, 'container_name'));
    if (containerName === undefined) continue;
    const owner = owners.get(containerName);
    if (owner !== undefined) {
      throw invalid(
        node,
        `services.${name} and services.${owner} have the same container_name "${containerName}".`,
        'Rename one.',
      );
    }
    owners.set(containerName, name);
  }
}

/** Follows dependencies from every service; the chain is kept in a list, for it may be longer than the call stack. */
function checkCycles(services: ReadonlyMap<string, Node>): void {
  const finished = new Set<string>();
  for (const [start, node] of services) {
    const chain = [linkOf(start, node)];
    const open = new Set([start]);
    for (let link = chain.at(-1); link !== undefined; link = chain.at(-1)) {
      const next = finished.has(link.name) ? undefined : link.dependencies.pop();
      if (next === undefined) {
        finished.add(link.name);
        open.delete(link.name);
        chain.pop();
      } else if (open.has(next)) {
        const circle = [...chain.map(({ name }) => name), next].slice(chain.findIndex(({ name }) => name === next));
        throw invalid(
          link.node,
          `services depend on each other in a circle: ${circle.join(' → ')}.`,
          'Break the cycle.',
        );
      } else {
        const node = services.get(next);
        if (node === undefined) continue;
        chain.push(linkOf(next, node));
        open.add(next);
      }
    }
  }
}

interface Link {
  readonly name: string;
  readonly node: Node;
  /** Those that are still to be followed. */
  readonly dependencies: string[];
}

function linkOf(name: string, node: Node): Link {
  return { name, node, dependencies: dependenciesOf(node).map(dependency => dependency.name) };
}

function namesIn(node: Node | undefined): readonly string[] {
  return node?.kind === 'sequence' ? stringsOf(node) : Array.from(entriesOf(node), ([name]) => name);
}

function sourceOf(item: Node): string | undefined {
  return stringOf(item) ?? stringOf(entryOf(item, 'source'));
}

/** Whether a shell would wait for more. */
function hasOpenQuote(words: string): boolean {
  let open = '';
  for (let index = 0; index < words.length; index += 1) {
    const character = words.charAt(index);
    if (character === '\\' && open !== "'") index += 1;
    else if (open === '' && (character === '"' || character === "'")) open = character;
    else if (character === open) open = '';
  }
  return open !== '';
}
