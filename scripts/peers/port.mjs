import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** Has a port of localhost lead to a unix socket while `use` runs. */
export async function withPort(socketPath, use) {
  const open = new Set();
  const server = createServer({ allowHalfOpen: true }, client => {
    const engine = connect({ path: socketPath, allowHalfOpen: true });
    for (const [from, to] of [
      [client, engine],
      [engine, client],
    ]) {
      open.add(from);
      from.on('close', () => open.delete(from)).on('error', () => to.destroy());
      from.pipe(to);
    }
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  try {
    return await use(server.address().port);
  } finally {
    server.close();
    for (const socket of open) socket.destroy();
    await once(server, 'close');
  }
}
