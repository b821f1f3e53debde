import { expect, it } from 'vitest';
import { inKnownCase } from './field-case.ts';

it('spells fields as the API does, and leaves alone the names that clients give', () => {
  const sent = {
    image: 'acme/web',
    HostConfig: { tmpfs: { '/Data': 'rw' }, mounts: [{ target: '/a' }] },
    Labels: { image: 'x' },
    NetworkingConfig: { EndpointsConfig: { aliases: { aliases: ['web'] } } },
    nonsense: 1,
  };
  expect(inKnownCase('POST /containers/create', sent)).toEqual({
    Image: 'acme/web',
    HostConfig: { Tmpfs: { '/Data': 'rw' }, Mounts: [{ Target: '/a' }] },
    Labels: { image: 'x' },
    NetworkingConfig: { EndpointsConfig: { aliases: { Aliases: ['web'] } } },
    nonsense: 1,
  });
});
