import { connect } from 'node:net';
import type { Probe } from '../plan/policy.ts';

/** What a container answered, or why not, in words. */
export interface ProbeResult {
  readonly isOk: boolean;
  readonly output: string;
}

/** Asks a container at an IP address. Never rejects. */
export type RunProbe = (probe: Probe, address: string) => Promise<ProbeResult>;

const timeoutMs = 5_000;

/** HTTP: any status from 200 to 399 is good, redirects are not followed. TCP: a connection that is accepted. */
export const runProbe: RunProbe = async (probe, address) => {
  const host = address.includes(':') ? `[${address}]` : address;
  try {
    if (probe.kind === 'tcp') return await connectTo(probe.port, address);
    const signal = AbortSignal.timeout(timeoutMs);
    const response = await fetch(`http://${host}:${probe.port}${probe.path}`, { signal, redirect: 'manual' });
    await response.body?.cancel();
    const { status } = response;
    return { isOk: status >= 200 && status < 400, output: `${probe.path} answers ${status}` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return { isOk: false, output: `${host}:${probe.port}: ${cause instanceof Error ? cause.message : String(cause)}` };
  }
};

async function connectTo(port: number, address: string): Promise<ProbeResult> {
  const socket = connect({ port, host: address, timeout: timeoutMs });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
      socket.once('timeout', () => reject(new Error(`no connection within ${timeoutMs / 1000} s`)));
    });
    return { isOk: true, output: `port ${port} accepts connections` };
  } finally {
    socket.destroy();
  }
}
