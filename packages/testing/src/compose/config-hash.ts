import { createHash } from 'node:crypto';
import type { ComposeService } from '@gopdater/core';

/** What a change of does not recreate a container. */
const leftOut = new Set(['build', 'pull_policy', 'scale', 'depends_on', 'profiles']);

/**
 * Consistent with itself, not with the real Compose, which hashes its own structures.
 *
 * @returns 64 hex digits
 */
export function configHash({ attributes, labels }: ComposeService): string {
  const kept = Object.entries({ ...attributes, labels }).filter(([key]) => !leftOut.has(key));
  return createHash('sha256')
    .update(stableJson(Object.fromEntries(kept)))
    .digest('hex');
}

/** The order of keys does not matter; `deploy.replicas` neither. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (key, one: unknown) => {
    if (typeof one !== 'object' || one === null || Array.isArray(one)) return one;
    const entries = Object.entries(one).filter(([name]) => !(key === 'deploy' && name === 'replicas'));
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
