import { attributes, keyed, listOf, type Print, scalarOf } from './print.ts';
import { hosts, optionalPairs, pairs, sshKeys, texts, ulimit } from './print-lists.ts';
import { bytes, flag, mode, text, unquotedMode } from './print-scalars.ts';

const mount = { source: text, target: text, uid: text, gid: text };

/** Where a secret or config is in the container. */
export const fileMount: Print = attributes({ ...mount, mode });

const textOrFlag: Print = (node, path, compat) => {
  const value = scalarOf(node);
  return typeof value === 'boolean' ? `${value}` : text(node, path, compat);
};

/** The attribute `build` of a service. */
export const build: Print = attributes({
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: texts,
  args: optionalPairs,
  provenance: textOrFlag,
  sbom: textOrFlag,
  ssh: sshKeys,
  labels: pairs,
  cache_from: texts,
  cache_to: texts,
  no_cache: flag,
  additional_contexts: pairs,
  pull: flag,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: listOf(attributes({ ...mount, mode: unquotedMode })),
  shm_size: bytes,
  tags: texts,
  ulimits: keyed(ulimit),
  platforms: texts,
  privileged: flag,
});
