import { describe, expect, test } from 'vitest';
import type { Mount } from './engine.ts';
import { hostPathOf, isSamePath } from './host-paths.ts';

const bind = (source: string, target: string): Mount => ({ type: 'bind', source, target, readOnly: true });

const mounts = [
  bind('/srv/shop', '/srv/shop'),
  bind('/srv', '/projects'),
  bind('/elsewhere', '/srv/shop/data'),
  { type: 'volume', source: 'portainer_data', target: '/data', readOnly: true },
  { type: 'other', source: '', target: '/tmp', readOnly: false },
] as const;

describe('a path of our own container', () => {
  test.each([
    ['/srv/shop', '/srv/shop', true],
    ['/srv/shop/compose.yml', '/srv/shop/compose.yml', true],
    ['/srv/shop/../shop/', '/srv/shop', true],
    ['/srv/shop/data/x', '/elsewhere/x', false],
    ['/srv/shopping', '/srv/shopping', false],
    ['/projects/blog/compose.yml', '/srv/blog/compose.yml', false],
    ['/projects', '/srv', false],
    ['/data/compose/1', '/data/compose/1', true],
    ['/tmp/x', '/tmp/x', false],
    ['/opt/shop', '/opt/shop', false],
  ])('%s is %s on the host: the same is %s', (path, host, isSame) => {
    expect(hostPathOf(path, mounts)).toBe(host);
    expect(isSamePath(path, mounts)).toBe(isSame);
  });

  test('is the same everywhere when all of the host is mounted as it is', () => {
    expect(isSamePath('/srv/shop', [bind('/', '/')])).toBe(true);
    expect(hostPathOf('/host/srv/shop', [bind('/', '/host')])).toBe('/srv/shop');
  });
});
