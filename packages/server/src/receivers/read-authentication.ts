import type { Authentication, AuthenticationPreset, Sender } from '@gopdater/core';
import { invalid, listOf, mandatory, type Source } from './variables.ts';
import { whyNoSecret } from './why-no-secret.ts';

/** @throws GopdaterError `CONFIG_INVALID` */
export function readAuthentication(sender: Sender, source: Source): Authentication {
  const preset = choosePreset(sender, source);
  switch (preset.kind) {
    case 'sns':
      return { kind: 'sns', topics: listOf(mandatory('TOPICS', source)) };
    case 'oidc': {
      const claims = { email: mandatory('EMAIL', source), email_verified: true };
      return { ...preset, audience: mandatory('AUDIENCE', source), claims };
    }
    case 'token':
      return { ...preset, header: readHeader(source) ?? preset.header, secrets: readSecrets(preset, source) };
    default:
      return { ...preset, secrets: readSecrets(preset, source) };
  }
}

function choosePreset({ name, authentications }: Sender, { read, variableOf }: Source): AuthenticationPreset {
  const wanted = read('AUTHENTICATION');
  const preset = authentications.find(({ kind }) => wanted === undefined || kind === wanted);
  if (preset !== undefined) return preset;
  const kinds = [...new Set(authentications.map(({ kind }) => kind))].join(', ');
  throw invalid(
    `${variableOf('AUTHENTICATION')} is “${wanted}”, and ${name} has no such way`,
    `It is one of ${kinds}.`,
  );
}

/** @see RFC 9110, section 5.6.2, "Tokens" */
function readHeader({ read, variableOf }: Source): string | undefined {
  const name = read('HEADER');
  if (name === undefined || /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) return name?.toLowerCase();
  throw invalid(`${variableOf('HEADER')} is no name of a header`, 'Write it as X-Registry-Token.');
}

function readSecrets({ kind }: AuthenticationPreset, source: Source): readonly string[] {
  const variable = source.variableOf('SECRET');
  const secrets = mandatory('SECRET', source)
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(Boolean);
  for (const secret of secrets) {
    const why = whyNoSecret(secret, kind);
    if (why !== undefined)
      throw invalid(`${variable} ${why}`, 'Take one from “openssl rand -hex 32”, or the key that the sender gives.');
  }
  return secrets;
}
