import { dependenciesOf } from './dependencies.ts';
import { checkForm } from './form.ts';
import { invalid } from './problem.ts';
import { isEnabled } from './profiles.ts';
import { checkReferences, type Surroundings } from './references.ts';
import { checkResources } from './resources.ts';
import { numberOf, scaleOf } from './service.ts';
import { entriesOf, entryOf, itemsOf, type Mapping, type Node, stringOf, stringsOf } from './tree.ts';

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

function checkService(name: string, node: Node, surroundings: Surroundings): void {
  const hasSource = Boolean(stringOf(entryOf(node, 'image'))) || entryOf(node, 'build') || entryOf(node, 'provider');
  if (!hasSource) {
    throw invalid(
      node,
      `services.${name} has neither an image nor a build.`,
      'Give it one; an override file must follow the file that it overrides.',
    );
  }
  checkReferences(name, node, surroundings);
  checkBuild(name, node);
  checkHealth(name, node);
  checkScale(name, node);
}

function checkBuild(name: string, node: Node): void {
  const build = entryOf(node, 'build');
  if (build !== undefined && stringOf(entryOf(build, 'dockerfile')) && stringOf(entryOf(build, 'dockerfile_inline'))) {
    throw invalid(build, `services.${name}.build has both dockerfile and dockerfile_inline.`, 'Keep one of them.');
  }
  const [platform, platforms] = [stringOf(entryOf(node, 'platform')), stringsOf(entryOf(build, 'platforms'))];
  if (build !== undefined && platform && platforms.length > 0 && !platforms.includes(platform)) {
    throw invalid(build, `services.${name}.build.platforms does not list the platform of the service.`, 'Add it.');
  }
}

function checkHealth(name: string, node: Node): void {
  const test = entryOf(entryOf(node, 'healthcheck'), 'test');
  const kind = stringOf(itemsOf(test)[0]);
  if (kind !== undefined && !['NONE', 'CMD', 'CMD-SHELL'].includes(kind)) {
    throw invalid(test ?? node, `services.${name}.healthcheck.test must start with CMD, CMD-SHELL or NONE.`);
  }
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
