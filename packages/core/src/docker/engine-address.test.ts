import { expect, test } from 'vitest';
import { parseEngineHost } from './engine-address.ts';

test('DOCKER_HOST names a socket or a host and port', () => {
  expect(parseEngineHost('unix:///run/docker.sock')).toEqual({ kind: 'socket', socketPath: '/run/docker.sock' });
  expect(parseEngineHost('tcp://proxy:2375')).toEqual({ kind: 'tcp', protocol: 'http', host: 'proxy', port: 2375 });
  expect(parseEngineHost('tcp://10.0.0.1:80/')).toMatchObject({ host: '10.0.0.1', port: 80 });
  expect(parseEngineHost('tcp://[::1]')).toMatchObject({ host: '::1', port: 2375 });
  expect(parseEngineHost('tcp://proxy', { tls: true })).toMatchObject({ protocol: 'https', port: 2376 });
});

test.each(['', '/run/docker.sock', 'ssh://host', 'unix://relative', 'tcp://'])('“%s” is refused', host => {
  expect(() => parseEngineHost(host)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});
