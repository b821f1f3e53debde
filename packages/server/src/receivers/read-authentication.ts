import type { Authentication, AuthenticationPreset, Sender } from '@gopdater/core';
import { invalid, listOf, mandatory, type Source } from './variables.ts';

/** 22 characters of base64 are 132 bits, if they are random. */
const shortestPathSecret = 22;
const shortestSecret = 16;

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
      return {
        ...preset,
        header: source.read('HEADER')?.toLowerCase() ?? preset.header,
        secrets: readSecrets(preset, source),
      };
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

function readSecrets({ kind }: AuthenticationPreset, source: Source): readonly string[] {
  const variable = source.variableOf('SECRET');
  const secrets = mandatory('SECRET', source)
    .split(/\r?\n/)
    .map(line => line.trim())
    .filter(Boolean);
  const shortest = kind === 'path' ? shortestPathSecret : shortestSecret;
  for (const secret of secrets) {
    if (secret.length < shortest) {
      throw invalid(
        `${variable} has a secret of fewer than ${shortest} characters`,
        'Take one from “openssl rand -hex 32”.',
      );
    }
    if (kind === 'basic' && !secret.includes(':')) throw invalid(`${variable} is no “user:password”`);
    if (kind === 'standard-webhooks' && !isStandardKey(secret)) {
      throw invalid(
        `${variable} is no key of Standard Webhooks`,
        'It begins with whsec_ (24 to 64 bytes as base64) or whpk_ (32).',
      );
    }
  }
  return secrets;
}

function isStandardKey(secret: string): boolean {
  const [, scheme, text = ''] = /^(whsec|whpk)_(.*)$/.exec(secret) ?? [];
  const bytes = Buffer.from(text, 'base64');
  const isBase64 = bytes.toString('base64').replace(/=+$/, '') === text.replace(/=+$/, '');
  return (
    isBase64 &&
    (scheme === 'whpk' ? bytes.length === 32 : scheme === 'whsec' && bytes.length >= 24 && bytes.length <= 64)
  );
}
