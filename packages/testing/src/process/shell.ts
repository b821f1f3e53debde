import { FileError } from '../files/file-system.ts';
import { type Expansion, expandText, expandWords } from './expand.ts';
import type { Process } from './process.ts';
import type { ProgramContext } from './program.ts';
import { redirect } from './redirect.ts';
import { builtins } from './shell-builtins.ts';
import { runCase, runFor, runLoop } from './shell-control.ts';
import { runPipeline, startJob } from './shell-jobs.ts';
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
          if (item.operator === '&') startJob(this, item.command, streams);
          else {
            const isTested = item.operator === '&&' || item.operator === '||';
            this.status = isTested ? await this.test(item.command, streams) : await this.run(item.command, streams);
          }
        }
        return this.status;
      case 'pipeline':
        this.status = await runPipeline(this, command.commands, streams);
        if (command.isNegated) this.status = this.status === 0 ? 1 : 0;
        return this.status;
      case 'if':
        for (const { condition, body } of command.branches) {
          if ((await this.test(condition, streams)) === 0) return await this.run(body, streams);
        }
        this.status = 0;
        return command.otherwise ? await this.run(command.otherwise, streams) : 0;
      case 'loop':
        return await runLoop(this, command, streams);
      case 'for':
        return await runFor(this, command, streams);
      case 'case':
        return await runCase(this, command, streams);
      case 'function':
        this.functions.set(command.name, command.body);
        return 0;
      case 'group':
        return await this.#guard(streams, async () => {
          const inner = await this.#redirect(command.redirections, streams);
          if (!command.isSubshell) return await this.run(command.body, inner);
          return await this.subshell(this.context.process, shell => shell.runCommand(command.body, inner));
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
      const expansion = this.expansion(streams);
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

  async #redirect(redirections: readonly Redirection[], streams: Streams): Promise<Streams> {
    return await redirect(redirections, streams, { expansion: this.expansion(streams), machine: this.context.machine });
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

  /** Where an error ends no script. */
  async test(command: Command, streams: Streams): Promise<number> {
    this.#conditions += 1;
    try {
      return await this.run(command, streams);
    } finally {
      this.#conditions -= 1;
    }
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

  /** A copy of it: what changes there stays there. */
  async subshell<T>(
    process: Process,
    act: (shell: Shell) => Promise<T>,
    { replacesProcess = false }: { readonly replacesProcess?: boolean } = {},
  ): Promise<T> {
    const { name, parameters } = this;
    return await act(new Shell({ ...this.context, process, replacesProcess }, { name, parameters, parent: this }));
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

  /** What its words are expanded with. */
  expansion(streams: Streams): Expansion {
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
        this.status = await this.subshell(context.process, shell => shell.runScript(script, inner));
        return Buffer.concat(printed).toString();
      },
    };
  }

  /** Before each round of a loop: it can be ended, and others run, too. */
  async nextRound(): Promise<void> {
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
