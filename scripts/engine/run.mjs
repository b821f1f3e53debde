// Runs a program to its end; what it printed is the result, or the reason why it failed.
import { spawn } from 'node:child_process';

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ step?: string, cwd?: string, env?: NodeJS.ProcessEnv, signal?: AbortSignal }} options
 *   step: what fails when this fails, for the reader of the error
 * @returns {Promise<string>} standard output
 */
export async function run(command, args, { step = `${command} ${args[0] ?? ''}`, cwd, env, signal } = {}) {
  const child = spawn(command, args, { cwd, env, signal, killSignal: 'SIGKILL', stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let everything = '';
  child.stdout.setEncoding('utf8').on('data', text => {
    stdout += text;
    everything += text;
  });
  child.stderr.setEncoding('utf8').on('data', text => {
    everything += text;
  });
  const { code, error } = await ended(child);
  if (signal?.aborted) throw signal.reason;
  if (error) throw new Error(`${step}: ${command} could not be started: ${error.message}`);
  if (code !== 0) throw new Error(`${step}: ${command} ended with ${code}\n${lastLines(everything)}`);
  return stdout;
}

/** Resolves when the process has ended, however it ended. */
export function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) {
    return Promise.resolve({ code: child.exitCode ?? child.signalCode });
  }
  return new Promise(resolve => {
    let error;
    child.once('error', cause => {
      error = cause;
      if (child.pid === undefined) resolve({ error });
    });
    child.once('close', (code, killedBy) => resolve({ code: code ?? killedBy, error }));
  });
}

/** The end of a log, indented, so that it stands out below the sentence that it explains. */
export function lastLines(text, count = 20) {
  const lines = text.trimEnd().split('\n').slice(-count);
  return lines.map(line => `    ${line}`).join('\n');
}
