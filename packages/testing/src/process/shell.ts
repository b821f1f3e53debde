import { FileError } from '../files/file-system.ts';
import { ByteQueue, inputOf, noInput, type Output } from './byte-queue.ts';
import { type Expansion, expandPattern, expandText, expandWords } from './expand.ts';
import { Killed, type Process } from './process.ts';
import { absolute, type ProgramContext } from './program.ts';
import { builtins } from './shell-builtins.ts';
import { ShellJump, type Streams } from './shell-jump.ts';
import { parseScript } from './shell-parser.ts';
import { type Command, type Redirection, ShellSyntaxError } from './shell-syntax.ts';

/** Loops let others run after this many rounds. */
const roundsAtOnce = 200;

/** Runs commands of a script: its variables, its folder, its traps. @see POSIX.1-2017, Shell Command Language */
export class Shell {
  readonly context: ProgramContext;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  /** Scripts by signal; 0 is the exit. */
  readonly traps: Map<number, string> = new Map();
  readonly jobs: Map<number, Promise<number>> = new Map();
  name: string;
  parameters: readonly string[];
  folder: string;
  status = 0;
  lastJob = '';
  endsAtError = false;
  /** Wakes who waits for a job when a trap is due. */
  wake: () => void = () => {};
  readonly #due: string[] = [];
  #rounds = 0;
  /** In a condition an error does not end a script. */
  #conditions = 0;

  constructor(
    context: ProgramContext,
    { name = 'sh', parameters = [] as readonly string[], parent }: ShellOptions = {},
  ) {
    this.context = context;
    this.name = name;
    this.parameters = parameters;
    this.folder = parent?.folder ?? context.folder;
    this.variables = new Map(parent?.variables ?? context.environment);
    this.exported = new Set(parent?.exported ?? [...context.environment.keys(), 'PWD', 'SHLVL']);
    if (!parent) {
      this.variables.set('PWD', this.folder);
      this.variables.set('SHLVL', String(Number(context.environment.get('SHLVL') ?? 0) + 1));
    }
    this.functions = new Map(parent?.functions);
    this.status = parent?.status ?? 0;
    this.endsAtError = parent?.endsAtError ?? false;
  }

  /** @returns the exit code; throws Killed */
  async runScript(script: string, streams: Streams = this.context): Promise<number> {
    try {
      this.status = await this.run(parseScript(script), streams);
    } catch (error) {
      if (error instanceof ShellSyntaxError) {
        streams.stderr.write(`${this.name}: ${error.message}\n`);
        this.status = 2;
      } else if (error instanceof ShellJump && error.kind !== 'break' && error.kind !== 'continue') {
        this.status = error.value;
      } else throw error;
    }
    return this.status;
  }

  /** With the script of `trap … EXIT` at the end. */
  async runToEnd(script: string): Promise<number> {
    await this.runScript(script);
    const last = this.traps.get(0);
    if (last === undefined) return this.status;
    this.traps.delete(0);
    const { status } = this;
    await this.runScript(last);
    return last.includes('exit') ? this.status : status;
  }

  async run(command: Command, streams: Streams): Promise<number> {
    this.context.process.check();
    switch (command.kind) {
      case 'list':
        for (const [index, item] of command.items.entries()) {
          const before = command.items[index - 1]?.operator;
          if ((before === '&&' && this.status !== 0) || (before === '||' && this.status === 0)) continue;
          if (item.operator === '&') this.#runInBackground(item.command, streams);
          else {
            const isTested = item.operator === '&&' || item.operator === '||';
            this.status = isTested ? await this.#test(item.command, streams) : await this.run(item.command, streams);
          }
        }
        return this.status;
      case 'pipeline':
        this.status = await this.#pipe(command.commands, streams);
        if (command.isNegated) this.status = this.status === 0 ? 1 : 0;
        return this.status;
      case 'if':
        for (const { condition, body } of command.branches) {
          if ((await this.#test(condition, streams)) === 0) return await this.run(body, streams);
        }
        this.status = 0;
        return command.otherwise ? await this.run(command.otherwise, streams) : 0;
      case 'loop':
        return await this.#loop(command, streams);
      case 'for':
        return await this.#for(command, streams);
      case 'case':
        return await this.#case(command, streams);
      case 'function':
        this.functions.set(command.name, command.body);
        return 0;
      case 'group':
        return await this.#guard(streams, async () => {
          const inner = await this.#redirect(command.redirections, streams);
          if (!command.isSubshell) return await this.run(command.body, inner);
          return await this.#subshell(this.context.process, shell => shell.runCommand(command.body, inner));
        });
      case 'simple':
        return await this.#simple(command, streams);
    }
  }

  /** As a whole shell: an exit inside ends only it. */
  async runCommand(command: Command, streams: Streams): Promise<number> {
    try {
      return await this.run(command, streams);
    } catch (error) {
      if (error instanceof ShellJump) return error.value;
      throw error;
    }
  }

  /** Words that are expanded already. */
  async runWords(
    words: readonly string[],
    streams: Streams,
    extra: ReadonlyMap<string, string> = new Map(),
  ): Promise<number> {
    const [name = ''] = words;
    const body = this.functions.get(name);
    if (body) return await this.#call(body, words.slice(1), streams);
    const builtin = builtins[name];
    if (builtin) return await builtin(this, words, streams);
    return await this.context.machine.run(words, this.contextFor(streams, extra));
  }

  trap(signal: number, script: string | undefined): void {
    const { process } = this.context;
    if (script === undefined) {
      this.traps.delete(signal);
      process.handle(signal, undefined);
      return;
    }
    this.traps.set(signal, script);
    if (signal === 0) return;
    process.handle(signal, () => {
      this.#due.push(script);
      this.wake();
    });
  }

  /** What has come meanwhile. */
  async runDueTraps(): Promise<void> {
    for (let script = this.#due.shift(); script !== undefined; script = this.#due.shift()) {
      const { status } = this;
      await this.run(parseScript(script), this.context);
      this.status = status;
    }
  }

  get hasDueTraps(): boolean {
    return this.#due.length > 0;
  }

  async #simple(
    { assignments, words, redirections }: Extract<Command, { kind: 'simple' }>,
    streams: Streams,
  ): Promise<number> {
    this.status = await this.#guard(streams, async () => {
      const expansion = this.#expansion(streams);
      this.status = words.length === 0 ? 0 : this.status;
      const expanded = await expandWords(words, expansion);
      const values: [string, string][] = [];
      for (const { name, value } of assignments) values.push([name, await expandText(value, expansion)]);
      if (expanded.length === 0) for (const [name, value] of values) this.variables.set(name, value);
      const inner = await this.#redirect(redirections, streams);
      return expanded.length === 0 ? this.status : await this.runWords(expanded, inner, new Map(values));
    });
    await this.runDueTraps();
    if (this.endsAtError && this.status !== 0 && this.#conditions === 0) throw new ShellJump('exit', this.status);
    return this.status;
  }

  /** A file that cannot be used is an error of the command, not of the shell. */
  async #guard(streams: Streams, act: () => Promise<number>): Promise<number> {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      streams.stderr.write(`${this.name}: ${error.message}\n`);
      return 1;
    }
  }

  async #test(command: Command, streams: Streams): Promise<number> {
    this.#conditions += 1;
    try {
      return await this.run(command, streams);
    } finally {
      this.#conditions -= 1;
    }
  }

  async #loop({ isUntil, condition, body }: Extract<Command, { kind: 'loop' }>, streams: Streams): Promise<number> {
    let status = 0;
    for (;;) {
      await this.#nextRound();
      const jump = await catchJump(async () => {
        if (((await this.#test(condition, streams)) === 0) === isUntil) return 'end';
        status = await this.run(body, streams);
        return undefined;
      });
      if (jump !== undefined) break;
    }
    this.status = status;
    return status;
  }

  async #for({ name, words, body }: Extract<Command, { kind: 'for' }>, streams: Streams): Promise<number> {
    const values = words ? await expandWords(words, this.#expansion(streams)) : this.parameters;
    this.status = 0;
    for (const value of values) {
      await this.#nextRound();
      this.variables.set(name, value);
      const jump = await catchJump(async () => {
        await this.run(body, streams);
        return undefined;
      });
      if (jump !== undefined) break;
    }
    return this.status;
  }

  async #case({ subject, choices }: Extract<Command, { kind: 'case' }>, streams: Streams): Promise<number> {
    const expansion = this.#expansion(streams);
    const text = await expandText(subject, expansion);
    this.status = 0;
    for (const { patterns, body } of choices) {
      for (const pattern of patterns) {
        if ((await expandPattern(pattern, expansion)).test(text)) return await this.run(body, streams);
      }
    }
    return 0;
  }

  async #call(body: Command, parameters: readonly string[], streams: Streams): Promise<number> {
    const outer = this.parameters;
    this.parameters = parameters;
    try {
      return await this.run(body, streams);
    } catch (error) {
      if (error instanceof ShellJump && error.kind === 'return') return error.value;
      throw error;
    } finally {
      this.parameters = outer;
    }
  }

  async #pipe(commands: readonly Command[], streams: Streams): Promise<number> {
    if (commands.length === 1 && commands[0]) return await this.#test(commands[0], streams);
    const pipes = commands.slice(1).map(() => new ByteQueue());
    const statuses = commands.map(async (command, index) => {
      const [before, after] = [pipes[index - 1], pipes[index]];
      const inner = { ...streams, stdin: before ?? streams.stdin, stdout: after ?? streams.stdout };
      try {
        return await this.#subshell(this.context.process, shell => shell.runCommand(command, inner));
      } catch (error) {
        if (error instanceof Killed && !this.context.process.ended.aborted) return error.exitCode;
        throw error;
      } finally {
        after?.end();
        before?.abandon();
      }
    });
    return (await Promise.all(statuses)).at(-1) ?? 0;
  }

  async #subshell<T>(
    process: Process,
    act: (shell: Shell) => Promise<T>,
    { replacesProcess = false }: { readonly replacesProcess?: boolean } = {},
  ): Promise<T> {
    const { name, parameters } = this;
    return await act(new Shell({ ...this.context, process, replacesProcess }, { name, parameters, parent: this }));
  }

  #runInBackground(command: Command, streams: Streams): void {
    const { process: own, machine } = this.context;
    const process = machine.processes.start({
      parentPid: own.pid,
      command: own.command,
      startedMs: machine.clock.now(),
      hasTerminal: false,
      isInit: false,
    });
    const inner = { ...streams, stdin: noInput };
    const replacesProcess = command.kind === 'simple';
    const job = this.#subshell(process, shell => shell.runCommand(command, inner), { replacesProcess })
      .catch((error: unknown) => {
        if (error instanceof Killed) return error.exitCode;
        throw error;
      })
      .finally(() => machine.processes.end(process));
    this.jobs.set(process.pid, job);
    this.lastJob = String(process.pid);
    this.status = 0;
  }

  /** What a program that it runs gets. */
  contextFor({ stdin, stdout, stderr }: Streams, extra: ReadonlyMap<string, string> = new Map()): ProgramContext {
    const exported = [...this.exported].flatMap((name): [string, string][] => {
      const value = this.variables.get(name);
      return value === undefined ? [] : [[name, value]];
    });
    return {
      ...this.context,
      words: [this.name],
      environment: new Map([...exported, ...extra]),
      folder: this.folder,
      stdin,
      stdout,
      stderr,
    };
  }

  #expansion(streams: Streams): Expansion {
    const { variables, parameters, folder, context } = this;
    return {
      variables,
      parameters,
      folder,
      files: context.machine.files,
      special: {
        '?': String(this.status),
        $: String(context.process.pid),
        '!': this.lastJob,
        '#': String(parameters.length),
        '0': this.name,
        '-': '',
      },
      set: (name, value) => void variables.set(name, value),
      run: async script => {
        const printed: Buffer[] = [];
        const stdout = { write: (bytes: Buffer | string) => void printed.push(Buffer.from(bytes)) };
        const inner = { ...streams, stdout };
        this.status = await this.#subshell(context.process, shell => shell.runScript(script, inner));
        return Buffer.concat(printed).toString();
      },
    };
  }

  async #redirect(redirections: readonly Redirection[], streams: Streams): Promise<Streams> {
    let { stdin, stdout, stderr } = streams;
    const { files } = this.context.machine;
    for (const { descriptor, operator, target } of redirections) {
      const text = await expandText(target, this.#expansion(streams));
      const path = absolute(this, text);
      if (operator === '<<') stdin = inputOf(Buffer.from(text));
      else if (operator === '<') stdin = inputOf(naming(`can't open ${text}`, () => files.read(path)));
      else if (operator === '>&' || operator === '<&') {
        const output = text === '2' ? stderr : stdout;
        if (descriptor === 2) stderr = output;
        else if (descriptor === 1) stdout = output;
      } else {
        const open = (): Output => this.#openOutput(text, path, operator === '>>', { stdout, stderr });
        const output = naming(`can't create ${text}`, open);
        if (descriptor === 2) stderr = output;
        else if (descriptor === 1) stdout = output;
      }
    }
    return { stdin, stdout, stderr };
  }

  #openOutput(text: string, path: string, isAppended: boolean, { stdout, stderr }: Omit<Streams, 'stdin'>): Output {
    const { files } = this.context.machine;
    if (text === '/dev/stdout' || text === '/proc/self/fd/1') return stdout;
    if (text === '/dev/stderr' || text === '/proc/self/fd/2') return stderr;
    // The main process's own output, which is where images send the logs of others.
    if (text === '/proc/1/fd/1') return this.context.machine.mainOutput?.stdout ?? stdout;
    if (text === '/proc/1/fd/2') return this.context.machine.mainOutput?.stderr ?? stderr;
    if (!isAppended || !files.find(path)) files.write(path, '');
    return { write: bytes => files.append(path, Buffer.from(bytes)) };
  }

  async #nextRound(): Promise<void> {
    this.context.process.check();
    this.#rounds += 1;
    if (this.#rounds % roundsAtOnce === 0) await new Promise(resolve => setImmediate(resolve));
  }
}

interface ShellOptions {
  readonly name?: string;
  readonly parameters?: readonly string[];
  readonly parent?: Shell;
}

/** `end` if the loop is left. */
async function catchJump(act: () => Promise<'end' | undefined>): Promise<'end' | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ShellJump) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
    if (error.value > 1) throw new ShellJump(error.kind, error.value - 1);
    return error.kind === 'break' ? 'end' : undefined;
  }
}

/** Says with a file's error what was to be done with it. */
function naming<T>(what: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof FileError) error.message = `${what}: ${error.message}`;
    throw error;
  }
}
