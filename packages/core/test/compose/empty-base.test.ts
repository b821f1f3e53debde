import { describe, expect, test } from 'vitest';
import { createFolder } from './folder.ts';

// What the real Compose answered.
const versions = ['2.26', '2.40'] as const;
const blank = 'services: {blank: }';

describe('a service that extends one of which nothing is written', () => {
  test('keeps what it says of that', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'services: {far: {image: i, extends: {file: sub/far.yaml, service: blank}}}',
      'sub/far.yaml': blank,
    });
    for (const compat of versions) {
      const far = (await folder.load({ compat })).services.get('far');
      expect(far?.attributes.extends).toEqual({ file: `${folder.path}/sub/far.yaml`, service: 'blank' });
    }
  });

  test('is extended in the long form only', async () => {
    const files = (extension: string): Record<string, string> => ({
      'compose.yaml': `services:
  far: {image: i, extends: {file: far.yaml, service: blank}}
  next: {image: j, extends: ${extension}}
`,
      'far.yaml': blank,
    });
    await using long = await createFolder(files('{service: far}'));
    await using short = await createFolder(files('far'));
    for (const compat of versions) {
      const next = (await long.load({ compat })).services.get('next');
      expect(next?.attributes.extends).toBeUndefined();
      await short.refusal({ compat });
    }
  });
});

describe('a service extends nothing', () => {
  test('where that is reset', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'services: {s: {image: i, extends: {file: far.yaml, service: blank}}, t: {image: t}}',
      'compose.override.yaml': 'services: {s: {extends: !reset null}}',
      'far.yaml': blank,
    });
    for (const compat of versions) {
      const s = (await folder.load({ compat })).services.get('s');
      expect(s?.attributes.extends).toBeUndefined();
    }
  });

  test('of another file where that is reset', async () => {
    await using folder = await createFolder({
      'compose.yaml': 'services: {s: {extends: {file: !reset nowhere.yaml, service: t}}, t: {image: t}}',
    });
    for (const compat of versions) expect((await folder.load({ compat })).services.get('s')?.image).toBe('t');
  });
});
