import { formatRepository, type Receiver, senders } from '@gopdater/core';
import { receiverPrefix, upperName } from './entrances.ts';
import { readAuthentication } from './read-authentication.ts';
import { readOptions, referenceOf } from './read-options.ts';
import { invalid, listOf, receiverVariables, type Source, type Variable } from './variables.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The receivers of `GOPDATER_RECEIVERS`, each from its own variables.
 *
 * @param readSecret  the variable, or the file that its `_FILE` names
 * @throws GopdaterError `CONFIG_INVALID`; its message names the variable, never a secret's value
 */
export function readReceivers(
  environment: Environment,
  readSecret: (variable: string) => string | undefined,
): readonly Receiver[] {
  const names = listOf(environment.GOPDATER_RECEIVERS);
  for (const name of names) {
    if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(name)) {
      throw invalid(
        `GOPDATER_RECEIVERS names “${name}”`,
        'Use lower-case letters, digits and “-”, as in ghcr,harbor-2.',
      );
    }
    if (names.filter(other => other === name).length > 1) throw invalid(`GOPDATER_RECEIVERS names ${name} twice`);
    if (name === 'docker-hub' && environment.HOOK_SECRET) {
      throw invalid('Both HOOK_SECRET and GOPDATER_RECEIVERS make a receiver docker-hub', 'Keep one of them.');
    }
  }
  refuseSlips(names, environment);
  return names.map(name => {
    const variableOf = (variable: Variable) => `${receiverPrefix}${upperName(name)}_${variable}`;
    return readReceiver(name, {
      variableOf,
      read: variable =>
        (variable === 'SECRET' ? readSecret(variableOf(variable)) : environment[variableOf(variable)]) || undefined,
    });
  });
}

/** `registry:5000=registry.example.com`, several with commas: names of one registry. */
export function readRegistryAliases(text: readonly string[]): readonly (readonly string[])[] {
  return text.map(entry => {
    const names = entry.split('=').map(name => name.trim().toLowerCase());
    if (names.length > 1 && names.every(Boolean)) return names;
    throw invalid(`GOPDATER_REGISTRY_ALIASES has “${entry}”`, 'Write registry:5000=registry.example.com.');
  });
}

function readReceiver(name: string, source: Source): Receiver {
  const { read, variableOf } = source;
  const sender = senders.get(read('SENDER') ?? name);
  if (sender === undefined) {
    throw invalid(
      `${variableOf('SENDER')} is no sender: “${read('SENDER') ?? name}”`,
      `It is one of ${[...senders.keys()].join(', ')}.`,
    );
  }
  const owners = read('OWNERS');
  const repositories = read('REPOSITORIES');
  return {
    name,
    sender,
    authentication: readAuthentication(sender, source),
    options: readOptions(sender, source),
    owners: owners === undefined ? undefined : listOf(owners).map(owner => owner.toLowerCase()),
    repositories:
      repositories === undefined
        ? undefined
        : listOf(repositories).map(text => formatRepository(referenceOf(text, 'REPOSITORIES', source))),
  };
}

/** A variable that nobody reads is a slip, and may be the one that keeps strangers out. */
function refuseSlips(names: readonly string[], environment: Environment): void {
  const known = names.flatMap(name =>
    Object.keys(receiverVariables).map(variable => `${receiverPrefix}${upperName(name)}_${variable}`),
  );
  for (const variable of Object.keys(environment)) {
    if (!variable.startsWith(receiverPrefix) || known.includes(variable.replace(/_SECRET_FILE$/, '_SECRET'))) continue;
    throw invalid(
      `${variable} belongs to no receiver`,
      `GOPDATER_RECEIVERS is “${names.join(',')}”; a receiver knows ${Object.keys(receiverVariables).join(', ')}.`,
    );
  }
}
