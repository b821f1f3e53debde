import { findProgram } from './find-program.ts';
import { parseOptions, UsageError } from './options.ts';
import type { Program, ProgramContext } from './program.ts';
import { parseSignal, sigterm } from './signals.ts';

/** Programs that tell of the machine and its processes, and that wait. */
export const systemApplets: Readonly<Record<string, Program>> = {
  sleep: async ({ words: [, ...durations], machine, process }) => {
    const ms = durations.reduce((sum, text) => sum + parseDuration(text), 0);
    await machine.clock.sleep(ms, { signal: process.ended });
    process.check();
    return 0;
  },
  env: async context => {
    const words = context.words.slice(1);
    const environment = new Map(context.environment);
    if (words[0] === '-i') {
      words.shift();
      environment.clear();
    }
    while (words[0]?.includes('=')) {
      const [name = '', ...value] = (words.shift() ?? '').split('=');
      environment.set(name, value.join('='));
    }
    if (words.length > 0) return await context.machine.run(words, { ...context, environment });
    return printEnvironment({ ...context, environment });
  },
  printenv: context => {
    const names = context.words.slice(1);
    if (names.length === 0) return printEnvironment(context);
    const values = names.map(name => context.environment.get(name));
    for (const value of values) if (value !== undefined) context.stdout.write(`${value}\n`);
    return values.includes(undefined) ? 1 : 0;
  },
  hostname: ({ machine, stdout }) => print(stdout, machine.hostname),
  uname: context => {
    const { options } = parseOptions(context, 'asrnm');
    const fields = { s: 'Linux', n: context.machine.hostname, r: '6.1.0', m: 'x86_64' };
    const wanted = options.has('a') ? 'snrm' : [...options.keys()].join('') || 's';
    return print(context.stdout, [...wanted].map(letter => fields[letter as keyof typeof fields]).join(' '));
  },
  id: context => {
    const { options } = parseOptions(context, 'unG g');
    const { uid, gid, name } = identity(context);
    if (options.has('u')) return print(context.stdout, options.has('n') ? name : String(uid));
    if (options.has('g')) return print(context.stdout, String(gid));
    const user = `${uid}${name === String(uid) ? '' : `(${name})`}`;
    const group = `${gid}${groupName(context, gid)}`;
    return print(context.stdout, `uid=${user} gid=${group} groups=${group}`);
  },
  whoami: context => print(context.stdout, identity(context).name),
  pwd: ({ folder, stdout }) => print(stdout, folder),
  nproc: ({ stdout }) => print(stdout, '2'),
  tty: ({ process, stdout }) => {
    print(stdout, process.hasTerminal ? '/dev/pts/0' : 'not a tty');
    return process.hasTerminal ? 0 : 1;
  },
  date: ({ words, machine, stdout }) => {
    const now = new Date(machine.clock.now());
    const format = words.find(word => word.startsWith('+'))?.slice(1);
    return print(stdout, format === undefined ? now.toUTCString() : formatDate(now, format));
  },
  uptime: ({ machine, stdout }) => {
    const [first] = machine.processes.all;
    const now = machine.clock.now();
    const minutes = Math.floor((now - (first?.startedMs ?? now)) / 60_000);
    const time = new Date(now).toISOString().slice(11, 19);
    return print(stdout, ` ${time} up ${minutes} min,  0 users,  load average: 0.00, 0.00, 0.00`);
  },
  ps,
  top: async context => {
    ps(context);
    if (context.words.join(' ').includes('-b')) return 0;
    for (;;) {
      await context.machine.clock.sleep(5000, { signal: context.process.ended });
      context.process.check();
      ps(context);
    }
  },
  kill: ({ words: [, ...rest], machine, stderr }) => {
    const option = rest[0]?.startsWith('-') ? rest.shift() : undefined;
    const text = option === '-s' ? rest.shift() : option?.slice(1);
    const signal = text === undefined ? sigterm : text === '0' ? 0 : parseSignal(text);
    if (signal === undefined) throw new UsageError(`bad signal name '${text}'`);
    let status = 0;
    for (const pid of rest) {
      const process = machine.processes.find(Number(pid));
      if (!process) {
        stderr.write(`kill: can't kill pid ${pid}: No such process\n`);
        status = 1;
      } else if (signal !== 0) process.deliver(signal);
    }
    return status;
  },
  timeout: async context => {
    const { operands } = parseOptions(context, 's:k:');
    const [duration = '0', ...words] = operands;
    const over = new AbortController();
    const child = { ...context, process: context.process };
    const late = context.machine.clock.sleep(parseDuration(duration), { signal: over.signal }).then(() => undefined);
    const before = new Set(context.machine.processes.all);
    const work = context.machine.run(words, child);
    const started = context.machine.processes.all.filter(process => !before.has(process));
    const status = await Promise.race([work, late]);
    over.abort();
    if (status !== undefined) return status;
    for (const process of started) process.deliver(sigterm);
    await work;
    return 143;
  },
  which: ({ words: [, ...names], machine: { files }, environment, folder, stdout }) => {
    const path = environment.get('PATH');
    const isFound = names.map(name => {
      const { kind } = findProgram([name], { files, path, folder });
      if (kind === 'applet' || kind === 'opaque') print(stdout, name.includes('/') ? name : `/bin/${name}`);
      return kind === 'applet' || kind === 'opaque';
    });
    return isFound.includes(false) ? 1 : 0;
  },
  busybox: ({ stdout }) => print(stdout, 'BusyBox, as fake-docker has it'),
  sync: () => 0,
  stty: () => 0,
};

function ps({ machine, stdout }: ProgramContext): number {
  print(stdout, 'PID   USER     TIME  COMMAND');
  const user = (machine.user.split(':')[0] || 'root').padEnd(8);
  for (const { pid, command } of machine.processes.all)
    print(stdout, `${String(pid).padStart(5)} ${user}  0:00 ${command}`);
  return 0;
}

function printEnvironment({ environment, stdout }: ProgramContext): number {
  for (const [name, value] of environment) print(stdout, `${name}=${value}`);
  return 0;
}

function print(output: ProgramContext['stdout'], line: string): number {
  output.write(`${line}\n`);
  return 0;
}

/** In brackets, if `/etc/group` has it. */
function groupName({ machine: { files } }: ProgramContext, gid: number): string {
  const text = files.find('/etc/group') ? files.read('/etc/group').toString() : '';
  const found = text.split('\n').find(line => line.split(':')[2] === String(gid));
  return found === undefined ? '' : `(${found.split(':')[0]})`;
}

/** By `/etc/passwd`, as far as it has the user. */
function identity({ machine: { user, files } }: ProgramContext): { uid: number; gid: number; name: string } {
  const [name = '', group] = (user || 'root').split(':');
  const text = files.find('/etc/passwd') ? files.read('/etc/passwd').toString() : '';
  const lines = text.split('\n').map(line => line.split(':'));
  const [known = name, , uid = name, gid = '0'] = lines.find(fields => fields[0] === name || fields[2] === name) ?? [];
  return { uid: Number(uid), gid: Number(group ?? gid), name: known };
}

/** Seconds, or with one of the letters s, m, h and d; also `infinity`. */
function parseDuration(text: string): number {
  if (/^inf(inity)?$/.test(text)) return Number.POSITIVE_INFINITY;
  const [, count, unit = 's'] = /^(\d*\.?\d+)([smhd]?)$/.exec(text) ?? [];
  if (count === undefined) throw new UsageError(`invalid number '${text}'`);
  return Number(count) * ({ s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[unit || 's'] ?? 1000);
}

function formatDate(date: Date, format: string): string {
  const iso = date.toISOString();
  const fields: Readonly<Record<string, string>> = {
    s: String(Math.floor(date.getTime() / 1000)),
    Y: iso.slice(0, 4),
    m: iso.slice(5, 7),
    d: iso.slice(8, 10),
    H: iso.slice(11, 13),
    M: iso.slice(14, 16),
    S: iso.slice(17, 19),
    F: iso.slice(0, 10),
    T: iso.slice(11, 19),
    '%': '%',
  };
  return format.replace(/%(.)/g, (all, letter: string) => fields[letter] ?? all);
}
