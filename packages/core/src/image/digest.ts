import { createHash } from 'node:crypto';

const sha256Digest = /^sha256:[0-9a-f]{64}$/;

/** True for `sha256:` and 64 hexadecimal digits, the digests that registries serve manifests by. */
export function isDigest(text: string): boolean {
  return sha256Digest.test(text);
}

/** The digest of these bytes. */
export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Short enough for people: `sha256:` and 12 digits. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 'sha256:'.length + 12);
}
