import type { AuthenticationKind } from '@gopdater/core';

const minPathBits = 128;
const minLength = 16;
/** Fewer different characters than any random secret of that length has. */
const minDifferent = 8;

/** Why this is no secret to rely on, as the end of a sentence; `undefined` if it is. Never holds any of it. */
export function whyNoSecret(secret: string, kind: AuthenticationKind): string | undefined {
  switch (kind) {
    case 'path':
      return whyNoPathSecret(secret);
    case 'standard-webhooks':
      return whyNoStandardKey(secret);
    case 'basic':
      return secret.indexOf(':') > 0 ? whyTooShort(secret.slice(secret.indexOf(':') + 1)) : 'is not user:password';
    case 'token':
      return /^[\x20-\x7e]+$/.test(secret) ? whyTooShort(secret) : 'has a character that a header cannot hold';
    case 'bearer':
      return /^[\x21-\x7e]+$/.test(secret) ? whyTooShort(secret) : 'has a character that a bearer token cannot hold';
    case 'hmac':
    case 'sns':
    case 'oidc':
      return whyTooShort(secret);
  }
}

function whyTooShort(secret: string): string | undefined {
  return secret.length < minLength ? `is shorter than ${minLength} characters` : undefined;
}

/** Its length times the bits of a character of the smallest alphabet that it may be drawn from. */
function whyNoPathSecret(secret: string): string | undefined {
  if (!/^[\w.~-]+$/.test(secret)) return 'has a character that a URL must escape';
  // A UUID has 122, whatever its length.
  const isUuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(secret);
  const bits = secret.length * Math.log2(alphabetOf(secret));
  const isRandom = !isUuid && bits >= minPathBits && new Set(secret).size >= minDifferent;
  return isRandom ? undefined : `is guessed more easily than ${minPathBits} random bits`;
}

function alphabetOf(secret: string): number {
  if (/^[0-9a-f]+$/i.test(secret)) return /[a-f]/i.test(secret) ? 16 : 10;
  const classes: readonly (readonly [RegExp, number])[] = [
    [/[a-z]/, 26],
    [/[A-Z]/, 26],
    [/[0-9]/, 10],
    [/[^a-zA-Z0-9]/, 2],
  ];
  return classes.reduce((size, [pattern, more]) => size + (pattern.test(secret) ? more : 0), 0);
}

/** @see Standard Webhooks, "Signature scheme" */
function whyNoStandardKey(secret: string): string | undefined {
  const [, prefix, text = ''] = /^(whsec_|whpk_)(.*)$/.exec(secret) ?? [];
  if (prefix === undefined) return 'begins with neither whsec_ nor whpk_';
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text) return `is not base64 behind ${prefix}`;
  if (prefix === 'whpk_') return bytes.length === 32 ? undefined : 'is not the 32 bytes of an ed25519 key';
  return bytes.length < minLength ? `is shorter than ${minLength} bytes` : undefined;
}
