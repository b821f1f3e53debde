import { posix } from 'node:path';
import { textApplets } from './applets-text.ts';
import { readLine } from './byte-queue.ts';
import { absolute } from './program.ts';
import type { Shell } from './shell.ts';
import { ShellJump, type Streams } from './shell-jump.ts';
import { parseSignal } from './signals.ts';

type Builtin = (shell: Shell, words: readonly string[], streams: Streams) => number | Promise<number>;

/** What a shell must do itself. @see POSIX.1-2017, Shell Command Language, 2.14 */
export const builtins: Readonly<Record<string, Builtin>> = {
  ...Object.fromEntries(['[', 'echo', 'false', 'printf', 'test', 'true'].map(name => [name, inShell(name)])),
  ':': () => 0,
  '.': async (shell, [, path = ''], streams) => {
    const script = shell.context.machine.files.read(absolute(shell, path)).toString();
    return await shell.runScript(script, streams);
  },
  break: (_, [, count = '1']) => jump('break', count),
  continue: (_, [, count = '1']) => jump('continue', count),
  exit: (shell, [, status]) => jump('exit', status ?? String(shell.status)),
  return: (shell, [, status]) => jump('return', status ?? String(shell.status)),
  cd: (shell, words, { stderr }) => {
    const target = words[1] ?? shell.variables.get('HOME') ?? '/';
    const folder = posix.resolve(shell.folder, target);
    if (shell.context.machine.files.find(folder)?.kind !== 'directory') {
      stderr.write(`sh: cd: can't cd to ${target}: No such file or directory\n`);
      return 2;
    }
    shell.folder = folder;
    shell.variables.set('PWD', folder);
    return 0;
  },
  pwd: (shell, _, { stdout }) => {
    stdout.write(`${shell.folder}\n`);
    return 0;
  },
  eval: (shell, [, ...words], streams) => shell.runScript(words.join(' '), streams),
  exec: async (shell, [, ...words], streams) => {
    if (words.length === 0) return 0;
    shell.context.process.command = words.join(' ');
    return jump('exit', String(await shell.runWords(words, streams)));
  },
  export: (shell, [, ...names]) => assign(shell, names, name => void shell.exported.add(name)),
  readonly: (shell, [, ...names]) => assign(shell, names, () => {}),
  local: (shell, [, ...names]) => assign(shell, names, () => {}),
  unset: (shell, [, ...names]) => {
    for (const name of names) {
      shell.variables.delete(name);
      shell.exported.delete(name);
    }
    return 0;
  },
  set: (shell, [, ...options]) => {
    const rest = options.findIndex(option => option === '--' || !/^[-+]/.test(option));
    for (const option of rest === -1 ? options : options.slice(0, rest)) {
      if (option.slice(1).includes('e')) shell.endsAtError = option.startsWith('-');
    }
    if (rest !== -1) shell.parameters = options.slice(options[rest] === '--' ? rest + 1 : rest);
    return 0;
  },
  shift: (shell, [, count = '1']) => {
    if (Number(count) > shell.parameters.length) return 1;
    shell.parameters = shell.parameters.slice(Number(count));
    return 0;
  },
  read: async (shell, words, { stdin }) => {
    const names = words.slice(1).filter(word => !word.startsWith('-'));
    const line = await readLine(stdin, shell.context.process.ended);
    const fields = (line ?? '').split(/[ \t]+/).filter(Boolean);
    for (const [index, name] of names.entries()) {
      const isLast = index === names.length - 1;
      shell.variables.set(name, isLast ? fields.slice(index).join(' ') : (fields[index] ?? ''));
    }
    return line === undefined ? 1 : 0;
  },
  trap: (shell, [, script, ...names], { stderr }) => {
    for (const name of names) {
      const signal = name === 'EXIT' || name === '0' ? 0 : parseSignal(name);
      if (signal === undefined) {
        stderr.write(`sh: trap: ${name}: invalid signal specification\n`);
        return 1;
      }
      shell.trap(signal, script === '-' ? undefined : script);
    }
    return 0;
  },
  umask: () => 0,
  wait,
  type: (shell, [, name = ''], { stdout, stderr }) => {
    if (!(name in builtins) && !shell.functions.has(name)) {
      stderr.write(`sh: ${name}: not found\n`);
      return 127;
    }
    stdout.write(`${name} is a shell builtin\n`);
    return 0;
  },
};

/** A program that a shell does itself: it is no process of its own. */
function inShell(name: string): Builtin {
  return async (shell, words, streams) => (await textApplets[name]?.({ ...shell.contextFor(streams), words })) ?? 127;
}

/** For the jobs, or until a trap is due, whichever is first. */
async function wait(shell: Shell, [, ...pids]: readonly string[]): Promise<number> {
  const wanted = pids.length > 0 ? pids.map(Number) : [...shell.jobs.keys()];
  let status = 0;
  for (const pid of wanted) {
    const job = shell.jobs.get(pid);
    if (!job) {
      status = 127;
      continue;
    }
    const { ended } = shell.context.process;
    const settled = new AbortController();
    const interrupted = new Promise<undefined>(resolve => {
      shell.wake = () => resolve(undefined);
      ended.addEventListener('abort', () => resolve(undefined), { signal: settled.signal });
    });
    const result = shell.hasDueTraps ? undefined : await Promise.race([job, interrupted]);
    settled.abort();
    shell.context.process.check();
    if (result === undefined) return 143;
    shell.jobs.delete(pid);
    status = result;
  }
  return pids.length > 0 ? status : 0;
}

function jump(kind: ShellJump['kind'], value: string): never {
  throw new ShellJump(kind, Number.parseInt(value, 10) & 0xff);
}

function assign({ variables }: Shell, words: readonly string[], then: (name: string) => void): number {
  for (const word of words) {
    const equals = word.indexOf('=');
    const name = equals === -1 ? word : word.slice(0, equals);
    if (equals !== -1) variables.set(name, word.slice(equals + 1));
    then(name);
  }
  return 0;
}
