import { readFileSync } from 'node:fs';
import { senders } from '@gopdater/core';
import { expect, test } from 'vitest';

test('docs/webhooks.md has each sender with its ways, the default first', () => {
  const page = readFileSync(new URL('../../../../docs/webhooks.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| `(?<name>[a-z-]+)` +\|[^|]*\| (?<ways>[^|]*?) +\|$/gm);
  const shown = [...rows].map(({ groups }) => [groups?.name, groups?.ways?.replaceAll('`', '').split(', ')]);
  const known = [...senders.values()].map(({ name, authentications }) => [
    name,
    [...new Set(authentications.map(({ kind }) => kind))],
  ]);
  expect(shown).toEqual(known);
});
