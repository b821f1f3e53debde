import { spawn } from 'node:child_process';
import { ended } from '../engine/run.mjs';

/** Runs a test runner to its end, however it ends; what it says goes to our error output. */
export async function runSuite(command, args, { cwd, env, signal, onOutput = () => undefined }) {
  // Its own group: what it leaves running ends with it.
  const child = spawn(command, args, { cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => {
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  signal.addEventListener('abort', end, { once: true });
  child.stdout.setEncoding('utf8').on('data', text => {
    process.stderr.write(text);
    onOutput(text);
  });
  child.stderr.pipe(process.stderr, { end: false });
  child.once('exit', end);
  const { code, error } = await ended(child);
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  return code;
}
