import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { createDockerodeEngine } from './dockerode-engine.ts';

test('an engine that takes the call and never answers is given up', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const host = `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const engine = createDockerodeEngine({ host, timeoutMs: 50 });
  await expect(engine.version()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE', hint: expect.any(String) });
  await expect(engine.listContainers({ labels: [] })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
  server.close();
});
