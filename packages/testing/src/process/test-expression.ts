import { absolute, type ProgramContext } from './program.ts';

/** `test` and `[`. @see POSIX.1-2017, "test" */
export function testExpression(context: ProgramContext): number {
  const [name = 'test', ...words] = context.words;
  if (name === '[' && words.pop() !== ']') {
    context.stderr.write('sh: missing ]\n');
    return 2;
  }
  const left = [...words];
  const result = either(context, left);
  if (left.length === 0) return result ? 0 : 1;
  context.stderr.write(`sh: ${left[0]}: unknown operand\n`);
  return 2;
}

function either(context: ProgramContext, words: string[]): boolean {
  let result = both(context, words);
  while (words[0] === '-o') {
    words.shift();
    result = both(context, words) || result;
  }
  return result;
}

function both(context: ProgramContext, words: string[]): boolean {
  let result = one(context, words);
  while (words[0] === '-a') {
    words.shift();
    result = one(context, words) && result;
  }
  return result;
}

function one(context: ProgramContext, words: string[]): boolean {
  const [first, operator, second] = words;
  if (first === undefined) return false;
  if (operator !== undefined && second !== undefined && operator in binary) {
    words.splice(0, 3);
    return binary[operator]?.(first, second) ?? false;
  }
  words.shift();
  if (first === '!') return !one(context, words);
  if (first === '(') {
    const result = either(context, words);
    words.shift();
    return result;
  }
  if (/^-[a-z]$/i.test(first) && operator !== undefined) {
    words.shift();
    return unary(context, first, operator);
  }
  return first !== '';
}

const binary: Readonly<Record<string, (a: string, b: string) => boolean>> = {
  '=': (a, b) => a === b,
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '-eq': (a, b) => Number(a) === Number(b),
  '-ne': (a, b) => Number(a) !== Number(b),
  '-lt': (a, b) => Number(a) < Number(b),
  '-le': (a, b) => Number(a) <= Number(b),
  '-gt': (a, b) => Number(a) > Number(b),
  '-ge': (a, b) => Number(a) >= Number(b),
};

function unary(context: ProgramContext, operator: string, operand: string): boolean {
  if (operator === '-n') return operand !== '';
  if (operator === '-z') return operand === '';
  if (operator === '-t') return context.process.hasTerminal;
  const path = absolute(context, operand);
  const node = context.machine.files.find(path, { followLast: operator !== '-L' && operator !== '-h' });
  if (!node) return false;
  switch (operator) {
    case '-f':
      return node.kind === 'file';
    case '-d':
      return node.kind === 'directory';
    case '-L':
    case '-h':
      return node.kind === 'link';
    case '-c':
      return node.kind === 'device';
    case '-s':
      return node.kind === 'file' ? node.bytes.length > 0 : node.kind === 'directory';
    case '-x':
      return (node.mode & 0o111) !== 0;
    default:
      return ['-e', '-r', '-w'].includes(operator);
  }
}
