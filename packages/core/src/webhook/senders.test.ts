import { describe, expect, test } from 'vitest';
import { hookRequest } from '../../test/hook-request.ts';
import { pushes, readAs } from '../../test/parse-delivery.ts';
import { parseReference } from '../image/reference.ts';
import type { SenderOptions } from './sender.ts';
import { senders } from './senders.ts';

/** An image that each of them can announce. */
const imageOf = (name: string) =>
  parseReference(name === 'ecr' ? '123456789012.dkr.ecr.us-west-2.amazonaws.com/acme/web:1' : 'docker.io/acme/web:1');
const sampleOf = (name: string) => {
  const sender = senders.get(name);
  if (sender === undefined) throw new Error(`There is no sender ${name}.`);
  const sample = sender.sample(imageOf(name), { id: 'one', now: 0, options: {} });
  return { sender, parts: { ...sample, body: Buffer.from(sample.body) } };
};
const names = [...senders.keys()];
const reading = (option: keyof SenderOptions) => names.filter(name => senders.get(name)?.reads.includes(option));

describe('the host that is configured', () => {
  test.each(reading('host'))('wins over what %s says', name => {
    const { sender, parts } = sampleOf(name);
    const read = readAs(sender, parts, { host: 'registry.internal:5000' });
    // Repositories of Artifactory lie below their key, and the key below the host.
    expect(read).toEqual(pushes('registry.internal:5000/acme/web:1'));
  });

  test.each(names.filter(name => !reading('host').includes(name)))('changes nothing for %s', name => {
    const { sender, parts } = sampleOf(name);
    expect(readAs(sender, parts, { host: 'registry.internal:5000' })).toEqual(readAs(sender, parts));
  });
});

test('only Artifactory and Nexus have hosts of their repositories, only GitHub and GitLab builds', () => {
  expect([reading('hosts'), reading('builds')]).toEqual([
    ['jfrog', 'nexus'],
    ['github', 'gitlab'],
  ]);
});

describe.each(names)('%s', name => {
  const { sender, parts } = sampleOf(name);
  const body: unknown = JSON.parse(parts.body.toString());

  test.each([null, [], 'text', 7, true, {}])('has no delivery in %j', nothing => {
    expect(readAs(sender, { ...parts, body: nothing })).toEqual(expect.stringContaining('Not a delivery of'));
  });

  test('reads the same of a body with fields that it does not know', () => {
    const more = { ...Object(body), future: { field: [null] }, __gopdater: 1 };
    expect(readAs(sender, { ...parts, body: more })).toEqual(readAs(sender, parts));
  });

  test('has no delivery, or another, with any one field of another type, and never crashes', () => {
    for (const changed of variantsOf(body)) {
      const read = readAs(sender, { ...parts, body: changed });
      if (typeof read === 'string') expect(read).toContain('Not a delivery of');
      else expect(read.images.length).toBeLessThanOrEqual(1);
    }
  });

  test('takes a tag in upper case as it is written', () => {
    const sample = sender.sample(
      { ...imageOf(name), tag: 'RC-1' },
      { id: 'one', now: 0, options: { host: 'docker.io' } },
    );
    const [pushed] = sender.parse(hookRequest({ ...sample, body: Buffer.from(sample.body) }), {
      host: 'docker.io',
    }).pushed;
    expect([pushed?.image.tag, pushed?.isTagLowerCased ?? false]).toEqual(
      name === 'gitea' ? ['rc-1', true] : ['RC-1', false],
    );
  });

  test('takes no signature, attestation or list of contents for an image', () => {
    for (const end of ['.sig', '.att', '.sbom', '']) {
      const tag = `sha256-${'0'.repeat(64)}${end}`;
      const sample = sender.sample({ ...imageOf(name), tag }, { id: 'one', now: 0, options: { host: 'docker.io' } });
      const read = readAs(sender, { ...sample, body: Buffer.from(sample.body) }, { host: 'docker.io' });
      expect(read).toEqual({ images: [], ignored: ['the tag is of a signature, attestation or other artifact'] });
    }
  });
});

/** The value with one of its fields, at any depth, taken away or of another type. */
function variantsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    return value.flatMap((entry, at) =>
      variantsOf(entry).map(other => value.map((old, i) => (i === at ? other : old))),
    );
  }
  if (typeof value !== 'object' || value === null) return [null, 7, '', ['x'], { x: 1 }, true];
  return Object.entries(value).flatMap(([key, entry]) => [
    Object.fromEntries(Object.entries(value).filter(([other]) => other !== key)),
    ...variantsOf(entry).map(other => ({ ...value, [key]: other })),
  ]);
}
