import { ShellSyntaxError } from './shell-syntax.ts';

const tokens = /\s*(\d+|[A-Za-z_]\w*|\*\*|<=|>=|==|!=|&&|\|\||[-+*/%()<>!?:])/y;

/** `$((…))`, without assignments and bits. @see POSIX.1-2017, Shell Command Language, 2.6.4 */
export function evaluate(expression: string, lookUp: (name: string) => string): number {
  const found: string[] = [];
  tokens.lastIndex = 0;
  for (let at = 0; expression.slice(at).trim() !== ''; at = tokens.lastIndex) {
    const token = tokens.exec(expression)?.[1];
    if (token === undefined) throw new ShellSyntaxError('arithmetic syntax error');
    found.push(token);
  }
  return new Evaluation(found, lookUp).all();
}

/** From the loosest to the tightest. */
const levels: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

class Evaluation {
  readonly #tokens: string[];
  readonly #lookUp: (name: string) => string;

  constructor(found: string[], lookUp: (name: string) => string) {
    this.#tokens = found;
    this.#lookUp = lookUp;
  }

  all(): number {
    if (this.#tokens.length === 0) return 0;
    const value = this.#choice();
    if (this.#tokens.length > 0) throw new ShellSyntaxError('arithmetic syntax error');
    return value;
  }

  #choice(): number {
    const condition = this.#level(0);
    if (this.#tokens[0] !== '?') return condition;
    this.#tokens.shift();
    const yes = this.#choice();
    this.#tokens.shift();
    const no = this.#choice();
    return condition ? yes : no;
  }

  #level(depth: number): number {
    const operators = levels[depth];
    if (!operators) return this.#unary();
    let left = this.#level(depth + 1);
    while (operators.includes(this.#tokens[0] ?? '')) {
      const operator = this.#tokens.shift() ?? '';
      left = apply(operator, left, this.#level(depth + 1));
    }
    return left;
  }

  #unary(): number {
    const token = this.#tokens.shift();
    if (token === '-') return -this.#unary();
    if (token === '+') return this.#unary();
    if (token === '!') return this.#unary() === 0 ? 1 : 0;
    if (token === '(') {
      const value = this.#choice();
      this.#tokens.shift();
      return value;
    }
    if (token === undefined) throw new ShellSyntaxError('arithmetic syntax error');
    return /^\d/.test(token) ? Number(token) : Number.parseInt(this.#lookUp(token) || '0', 10);
  }
}

function apply(operator: string, a: number, b: number): number {
  if ((operator === '/' || operator === '%') && b === 0) throw new ShellSyntaxError('divide by zero');
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return Math.trunc(a / b);
    case '%':
      return a % b;
    case '<':
      return Number(a < b);
    case '>':
      return Number(a > b);
    case '<=':
      return Number(a <= b);
    case '>=':
      return Number(a >= b);
    case '==':
      return Number(a === b);
    case '!=':
      return Number(a !== b);
    case '&&':
      return Number(a !== 0 && b !== 0);
    default:
      return Number(a !== 0 || b !== 0);
  }
}
