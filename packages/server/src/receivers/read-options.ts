import {
  type BuildRule,
  formatRepository,
  type GopdaterError,
  type ImageReference,
  parseReference,
  type Sender,
  type SenderOption,
  type SenderOptions,
  senders,
} from '@gopdater/core';
import { invalid, listOf, receiverVariables, type Source, type Variable } from './variables.ts';

/**
 * What a sender does not say itself.
 *
 * @throws GopdaterError `CONFIG_INVALID`
 */
export function readOptions(sender: Sender, source: Source): SenderOptions {
  for (const [variable, option] of variablesOfOptions) refuseUseless(variable, option, sender, source);
  const hosts = listOf(source.read('HOSTS')).map(entry => splitAt(entry, '=', 'HOSTS', source));
  for (const [, where] of hosts) {
    if (!isPlace(where))
      throw invalidHost(`${source.variableOf('HOSTS')} has “${where}”, which is no host of a registry`);
  }
  const host = source.read('HOST')?.toLowerCase();
  if (host !== undefined && (host.includes('/') || !isPlace(host))) {
    throw invalidHost(`${source.variableOf('HOST')} is “${host}”, and no host of a registry`);
  }
  return {
    host,
    hosts: hosts.length === 0 ? undefined : Object.fromEntries(hosts),
    builds: listOf(source.read('BUILDS')).map(entry => readBuild(entry, source)),
  };
}

/** Whether an image can lie there: a delivery with any other place would be refused, each time. */
function isPlace(where: string): boolean {
  try {
    return formatRepository(parseReference(`${where}/acme/web`)) === `${where.toLowerCase()}/acme/web`;
  } catch {
    return false;
  }
}

function invalidHost(fact: string): GopdaterError {
  return invalid(fact, 'Write it as in the name of an image, without https://: registry.example.com:5000.');
}

const variablesOfOptions: readonly (readonly [Variable, SenderOption])[] = [
  ['HOST', 'host'],
  ['HOSTS', 'hosts'],
  ['BUILDS', 'builds'],
];

/** An option that changes nothing is a slip: what it was to say is then not so. */
function refuseUseless(variable: Variable, option: SenderOption, sender: Sender, { read, variableOf }: Source): void {
  if (read(variable) === undefined || sender.reads.includes(option)) return;
  const readers = [...senders.values()].filter(({ reads }) => reads.includes(option)).map(({ name }) => name);
  throw invalid(
    `${variableOf(variable)} is set, and ${sender.name} has no use for it`,
    `Remove it: its deliveries say that themselves. It is for ${readers.join(', ')}.${option === 'host' ? ' Names of one registry go into GOPDATER_REGISTRY_ALIASES.' : ''}`,
  );
}

/** `octo-org/web@main#publish.yml=ghcr.io/octo-org/web:latest` */
function readBuild(entry: string, source: Source): BuildRule {
  const [build, images] = splitAt(entry, '=', 'BUILDS', source);
  const [repository, place] = splitAt(build, '@', 'BUILDS', source);
  const [ref = '', workflow] = place.split('#');
  return { repository, ref, workflow, images: images.split('+').map(text => referenceOf(text, 'BUILDS', source)) };
}

function splitAt(text: string, mark: string, variable: Variable, { variableOf }: Source): readonly [string, string] {
  const at = text.indexOf(mark);
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw invalid(`${variableOf(variable)} has “${text}”`, receiverVariables[variable]);
}

/** @throws GopdaterError `CONFIG_INVALID` */
export function referenceOf(text: string, variable: Variable, { variableOf }: Source): ImageReference {
  try {
    return parseReference(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw invalid(`${variableOf(variable)}: ${why.replace(/\.$/, '')}`);
  }
}
