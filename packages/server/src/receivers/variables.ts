import { GopdaterError } from '@gopdater/core';

/** What one receiver can be told, and how. The names are those of its variables, after `GOPDATER_RECEIVER_<NAME>_`. */
export const receiverVariables = {
  SENDER: 'Who sends: one of those in [docs/webhooks.md](webhooks.md). Default: the receiver’s name.',
  AUTHENTICATION: 'How it proves itself, where its sender can in several ways. Default: the first in the table there.',
  SECRET:
    'The secret, or several, one a line, all of them good: a new one can take the place of an old one. For `basic` it is `user:password`, for `standard-webhooks` `whsec_…` or `whpk_…`. In a path at least 128 bits (32 hexadecimal digits, 22 mixed characters), else 16 characters. Mandatory.',
  HEADER: 'For `token`: the header that is the secret. Default: the sender’s own.',
  OWNERS: 'Whose images may be announced, the first part of the repository’s name; several with commas. Default: all.',
  REPOSITORIES: 'Which repositories, in full (`ghcr.io/acme/web`); several with commas. Default: all.',
  HOST: 'For senders of registries that have hosts of their own (`github`, `gitea`, `distribution`, `quay`, `harbor`, `azure`, `jfrog`, `nexus`, `cloudevents`): the registry’s `host[:port]`, where the sender says another one, or none.',
  HOSTS: 'For Nexus and Artifactory: `key=host[:port][/path]` of each of their repositories; several with commas.',
  BUILDS:
    'For builds of `github` and `gitlab`: `repository@ref=image`, or `repository@ref#workflow=image+image`; several with commas. `*` in the ref stands for anything.',
  TOPICS: 'For `sns`: the ARNs of the topics; several with commas. Mandatory.',
  AUDIENCE: 'For `oidc`: the audience of the token. Mandatory.',
  EMAIL: 'For `oidc`: the service account’s address. Mandatory.',
} as const;

export type Variable = keyof typeof receiverVariables;

/** Where one receiver's values come from. */
export interface Source {
  /** The whole name, e.g. `GOPDATER_RECEIVER_GHCR_SECRET`. */
  readonly variableOf: (variable: Variable) => string;
  /** `undefined` for what is not set, or empty. */
  readonly read: (variable: Variable) => string | undefined;
}

export function mandatory(variable: Variable, { read, variableOf }: Source): string {
  const value = read(variable);
  if (value !== undefined) return value;
  const orFile = variable === 'SECRET' ? ` or ${variableOf(variable)}_FILE` : '';
  throw invalid(`${variableOf(variable)} is not set`, `Set ${variableOf(variable)}${orFile}.`);
}

/** What stands between commas. */
export function listOf(text: string | undefined): readonly string[] {
  return (text ?? '')
    .split(',')
    .map(entry => entry.trim())
    .filter(Boolean);
}

export function invalid(fact: string, hint = 'See docs/webhooks.md.'): GopdaterError {
  return new GopdaterError('CONFIG_INVALID', `${fact}.`, { hint });
}
