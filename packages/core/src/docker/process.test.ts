import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { runProcess } from './process.ts';

const options = { cwd: '/', environment: { PATH: process.env.PATH ?? '' } };

/** A zombie has ended; nobody has asked how yet. */
const isAlive = (pid: number) =>
  /^[^Z]/.test(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim());

describe('a command', () => {
  test('gives its lines of both outputs and its exit code', async () => {
    const seen: string[] = [];
    const result = await runProcess('sh', ['-c', 'echo out; echo err >&2; exit 3'], {
      ...options,
      onLine: line => seen.push(line),
    });
    expect(result.exitCode).toBe(3);
    expect([...result.lines].sort()).toEqual(['err', 'out']);
    expect(seen).toEqual(result.lines);
  });

  test('sees only the environment it is given', async () => {
    const { lines } = await runProcess('sh', ['-c', 'echo "$GOPDATER_TEST"; echo "<$HOME>"'], {
      ...options,
      environment: { ...options.environment, GOPDATER_TEST: 'yes' },
    });
    expect(lines).toEqual(['yes', '<>']);
  });

  test('that cannot be started rejects', async () => {
    await expect(runProcess('no-such-command-here', [], options)).rejects.toThrow(
      'There is no command no-such-command-here.',
    );
  });

  test('is ended with its children when the signal comes', async () => {
    const stop = new AbortController();
    let child = 0;
    const result = await runProcess('sh', ['-c', 'sleep 600 & echo $!; wait'], {
      ...options,
      signal: stop.signal,
      onLine: line => {
        child = Number(line);
        stop.abort();
      },
    });
    expect(result.exitCode).toBeNull();
    await expect.poll(() => isAlive(child), { timeout: 4_000 }).toBe(false);
  });

  test('settles when it has ended, though a child of it holds its output open, and the child is ended', async () => {
    const { lines, exitCode } = await runProcess('sh', ['-c', 'sleep 600 & echo $!'], options);
    expect(exitCode).toBe(0);
    await expect.poll(() => isAlive(Number(lines[0])), { timeout: 4_000 }).toBe(false);
  });
});
