import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { type Input, type Output, readAll, readLine } from './byte-queue.ts';
import { parseOptions, UsageError } from './options.ts';
import { absolute, type Program, type ProgramContext } from './program.ts';
import { testExpression } from './test-expression.ts';

/** Programs that print, read and change text. */
export const textApplets: Readonly<Record<string, Program>> = {
  '[': testExpression,
  test: testExpression,
  true: () => 0,
  false: () => 1,
  echo,
  cat,
  printf,
  wc,
  head,
  tail: context => firstOrLast(context, (lines, count) => (count === 0 ? [] : lines.slice(-count))),
  grep,
  sort: async context => {
    const { options, operands } = parseOptions(context, 'nru');
    const lines = linesOf(await readOperands(context, operands));
    const sorted = options.has('n') ? lines.sort((a, b) => Number.parseFloat(a) - Number.parseFloat(b)) : lines.sort();
    if (options.has('r')) sorted.reverse();
    return printLines(context.stdout, options.has('u') ? [...new Set(sorted)] : sorted);
  },
  uniq: async context => {
    const lines = linesOf(await readOperands(context, parseOptions(context, '').operands));
    return printLines(
      context.stdout,
      lines.filter((line, index) => line !== lines[index - 1]),
    );
  },
  cut: async context => {
    const { options, operands } = parseOptions(context, 'd:f:');
    const separator = options.get('d') ?? '\t';
    const wanted = (options.get('f') ?? '1').split(',').map(Number);
    const lines = linesOf(await readOperands(context, operands));
    return printLines(
      context.stdout,
      lines.map(line => wanted.map(field => line.split(separator)[field - 1] ?? '').join(separator)),
    );
  },
  tr: async context => {
    const { options, operands } = parseOptions(context, 'd');
    const [from = '', to = ''] = operands.map(spread);
    const text = (await readAll(context.stdin, context.process.ended)).toString();
    const replaced = [...text].map(character => {
      const at = from.indexOf(character);
      if (at === -1) return character;
      return options.has('d') ? '' : (to[Math.min(at, to.length - 1)] ?? '');
    });
    context.stdout.write(replaced.join(''));
    return 0;
  },
  tee: async context => {
    const { options, operands } = parseOptions(context, 'a');
    const bytes = await readAll(context.stdin, context.process.ended);
    context.stdout.write(bytes);
    for (const operand of operands) {
      const path = absolute(context, operand);
      if (options.has('a')) context.machine.files.append(path, bytes);
      else context.machine.files.write(path, bytes);
    }
    return 0;
  },
  seq: ({ words, stdout }) => {
    const numbers = words.slice(1).map(Number);
    const [first, step, last] =
      numbers.length === 1 ? [1, 1, numbers[0]] : numbers.length === 2 ? [numbers[0], 1, numbers[1]] : numbers;
    if (first === undefined || !step || last === undefined) throw new UsageError('invalid argument');
    const lines: string[] = [];
    for (let value = first; step > 0 ? value <= last : value >= last; value += step) lines.push(String(value));
    return printLines(stdout, lines);
  },
  basename: ({ words: [, path = '', suffix = ''], stdout }) => printLines(stdout, [posix.basename(path, suffix)]),
  dirname: ({ words: [, path = ''], stdout }) => printLines(stdout, [posix.dirname(path)]),
  md5sum: context => digest(context, 'md5'),
  sha256sum: context => digest(context, 'sha256'),
};

function echo({ words: [, ...rest], stdout }: ProgramContext): number {
  const options = rest.findIndex(word => !/^-[neE]+$/.test(word));
  const letters = rest.slice(0, options === -1 ? rest.length : options).join('');
  const text = rest.slice(options === -1 ? rest.length : options).join(' ');
  stdout.write((letters.includes('e') ? unescaped(text) : text) + (letters.includes('n') ? '' : '\n'));
  return 0;
}

/** Passes on what it reads as it comes. */
async function cat(context: ProgramContext): Promise<number> {
  const { operands } = parseOptions(context, 'u');
  let status = 0;
  for (const operand of operands.length > 0 ? operands : ['-']) {
    if (operand === '-') await copy(context.stdin, context.stdout, context.process.ended);
    else status = Math.max(status, printFile(context, operand));
  }
  return status;
}

async function copy(input: Input, output: Output, signal: AbortSignal): Promise<void> {
  for (let chunk = await input.read(signal); chunk; chunk = await input.read(signal)) output.write(chunk);
}

function printFile(context: ProgramContext, operand: string): number {
  const bytes = tryRead(context, operand);
  if (bytes) context.stdout.write(bytes);
  return bytes ? 0 : 1;
}

function tryRead(context: ProgramContext, operand: string): Buffer | undefined {
  try {
    return context.machine.files.read(absolute(context, operand));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const [name] = context.words;
    context.stderr.write(`${name}: ${name === 'cat' ? `can't open '${operand}'` : operand}: ${reason}\n`);
    return undefined;
  }
}

/** The format is used again as long as there are arguments. */
function printf({ words: [, format = '', ...rest], stdout }: ProgramContext): number {
  const values = [...rest];
  do {
    const printed = unescaped(format).replace(/%(-?\d*)([sdci%])/g, (_, width: string, kind: string) => {
      if (kind === '%') return '%';
      const value = values.shift() ?? (kind === 's' ? '' : '0');
      const shown = kind === 'c' ? value.charAt(0) : kind === 's' ? value : String(Number.parseInt(value, 10) || 0);
      return width.startsWith('-')
        ? shown.padEnd(-Number(width))
        : shown.padStart(Number(width), width.startsWith('0') ? '0' : ' ');
    });
    stdout.write(printed);
  } while (values.length > 0 && /%-?\d*[sdci]/.test(format));
  return 0;
}

async function wc(context: ProgramContext): Promise<number> {
  const { options, operands } = parseOptions(context, 'clwm');
  const letters = options.size === 0 ? ['l', 'w', 'c'] : ['l', 'w', 'c', 'm'].filter(letter => options.has(letter));
  for (const operand of operands.length > 0 ? operands : ['']) {
    const bytes = operand === '' ? await readAll(context.stdin, context.process.ended) : tryRead(context, operand);
    if (!bytes) return 1;
    const text = bytes.toString();
    const counts: Readonly<Record<string, number>> = {
      l: text.split('\n').length - 1,
      w: text.split(/\s+/).filter(Boolean).length,
      c: bytes.length,
      m: [...text].length,
    };
    const shown = letters.map(letter => String(counts[letter] ?? 0));
    const columns = shown.length > 1 ? shown.map(count => count.padStart(9)).join('') : shown.join('');
    context.stdout.write(`${columns}${operand === '' ? '' : ` ${operand}`}\n`);
  }
  return 0;
}

/** Reads no more than it needs. */
async function head(context: ProgramContext): Promise<number> {
  const words = context.words.map(word => word.replace(/^-(\d+)$/, '-n$1'));
  const { options, operands } = parseOptions({ words }, 'n:c:');
  if (options.has('c') || operands.length > 0) return await firstOrLast(context, (all, count) => all.slice(0, count));
  for (let left = Number(options.get('n') ?? 10); left > 0; left -= 1) {
    const line = await readLine(context.stdin, context.process.ended);
    if (line === undefined) break;
    context.stdout.write(`${line}\n`);
  }
  return 0;
}

async function firstOrLast(
  context: ProgramContext,
  choose: (lines: readonly string[], count: number) => readonly string[],
): Promise<number> {
  const words = context.words.map(word => word.replace(/^-(\d+)$/, '-n$1'));
  const { options, operands } = parseOptions({ words }, 'n:c:f');
  if (options.has('f') && operands.length > 0)
    return await follow(context, operands[0] ?? '', Number(options.get('n') ?? 10));
  const bytes = await readOperands(context, operands);
  const characters = options.get('c');
  if (characters !== undefined) context.stdout.write(choose([...bytes.toString()], Number(characters)).join(''));
  else printLines(context.stdout, choose(linesOf(bytes), Number(options.get('n') ?? 10)));
  return 0;
}

/** Looks for more every second. */
async function follow(context: ProgramContext, operand: string, count: number): Promise<number> {
  const { clock, files } = context.machine;
  const path = absolute(context, operand);
  const read = (): Buffer => (files.find(path) ? files.read(path) : Buffer.alloc(0));
  let shown = read();
  if (count > 0) printLines(context.stdout, linesOf(shown).slice(-count));
  for (;;) {
    await clock.sleep(1000, { signal: context.process.ended });
    context.process.check();
    const now = read();
    if (now.length > shown.length) context.stdout.write(now.subarray(shown.length));
    shown = now;
  }
}

async function grep(context: ProgramContext): Promise<number> {
  const { options, operands } = parseOptions(context, 'qviEFxcon');
  const [pattern = '', ...paths] = operands;
  const source = options.has('F') ? pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : pattern;
  const expression = new RegExp(options.has('x') ? `^(?:${source})$` : source, options.has('i') ? 'i' : '');
  const lines = linesOf(await readOperands(context, paths));
  const found = lines.filter(line => expression.test(line) !== options.has('v'));
  if (options.has('c')) context.stdout.write(`${found.length}\n`);
  else if (options.has('o'))
    printLines(
      context.stdout,
      found.map(line => expression.exec(line)?.[0] ?? ''),
    );
  else if (!options.has('q')) printLines(context.stdout, found);
  return found.length > 0 ? 0 : 1;
}

async function digest(context: ProgramContext, algorithm: string): Promise<number> {
  const { operands } = parseOptions(context, '');
  for (const operand of operands.length > 0 ? operands : ['-']) {
    const bytes = await readOperands(context, operand === '-' ? [] : [operand]);
    context.stdout.write(`${createHash(algorithm).update(bytes).digest('hex')}  ${operand}\n`);
  }
  return 0;
}

/** Files, one after the other, or the input if there are none. */
async function readOperands(context: ProgramContext, operands: readonly string[]): Promise<Buffer> {
  if (operands.length === 0) return await readAll(context.stdin, context.process.ended);
  return Buffer.concat(operands.flatMap(operand => tryRead(context, operand) ?? []));
}

function linesOf(bytes: Buffer): string[] {
  const lines = bytes.toString().split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function printLines(output: Output, lines: readonly string[]): number {
  output.write(lines.map(line => `${line}\n`).join(''));
  return 0;
}

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  '\\': '\\',
  '0': '\0',
};

function unescaped(text: string): string {
  return text.replace(/\\([ntrab\\0])/g, (_, letter: string) => escapes[letter] ?? letter);
}

/** `a-c` → `abc` */
function spread(set: string): string {
  return unescaped(set).replace(/(.)-(.)/g, (_, first: string, last: string) => {
    const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
    return String.fromCharCode(...Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index));
  });
}
