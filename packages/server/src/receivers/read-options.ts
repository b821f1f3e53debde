import { type BuildRule, type ImageReference, parseReference, type SenderOptions } from '@gopdater/core';
import { invalid, listOf, receiverVariables, type Source, type Variable } from './variables.ts';

/**
 * What a sender does not say itself.
 *
 * @throws GopdaterError `CONFIG_INVALID`
 */
export function readOptions(source: Source): SenderOptions {
  const hosts = listOf(source.read('HOSTS')).map(entry => splitAt(entry, '=', 'HOSTS', source));
  return {
    host: source.read('HOST')?.toLowerCase(),
    hosts: hosts.length === 0 ? undefined : Object.fromEntries(hosts),
    builds: listOf(source.read('BUILDS')).map(entry => readBuild(entry, source)),
  };
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
