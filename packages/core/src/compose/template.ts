/** The value of a variable; `undefined` when it is not set. */
export type Lookup = (name: string) => string | undefined;

/** A template that cannot be filled in: `kind` says whether the template or a variable is at fault. */
export class TemplateError extends Error {
  readonly kind: 'syntax' | 'required';
  constructor(kind: 'syntax' | 'required', message: string) {
    super(message);
    this.kind = kind;
  }
}

/** Defaults inside defaults. */
const maxDepth = 100;

/**
 * Fills in `$NAME`, `${NAME}` and `${NAME:-default}` with the operators `-`, `?`, `+` and their `:` forms; `$$` is `$`.
 *
 * @param onUnset  told the name of each variable that is neither set nor has a default
 * @throws TemplateError
 * @see Compose Specification, "Interpolation"
 */
export function fillTemplate(template: string, lookup: Lookup, onUnset: (name: string) => void = () => {}): string {
  return fill(template, { lookup, onUnset }, 0);
}

interface Variables {
  readonly lookup: Lookup;
  readonly onUnset: (name: string) => void;
}

const namePattern = /[a-z_][a-z0-9_]*/iy;
const operatorPattern = /:?[-?+]/y;

function fill(template: string, variables: Variables, depth: number): string {
  let dollar = template.indexOf('$');
  if (dollar < 0) return template;
  if (depth > maxDepth) throw new TemplateError('syntax', 'defaults are nested too deeply');
  let filled = '';
  let done = 0;
  while (dollar >= 0) {
    filled += template.slice(done, dollar);
    const next = template.charAt(dollar + 1);
    const name = match(namePattern, template, dollar + 1);
    if (next === '$') {
      filled += '$';
      done = dollar + 2;
    } else if (next === '{') {
      const braced = readBraced(template, dollar);
      filled += fillBraced(braced, variables, depth);
      done = braced.end;
    } else if (name !== '') {
      filled += plainValue(name, variables);
      done = dollar + 1 + name.length;
    } else {
      // A dollar before anything else is only a dollar.
      filled += '$';
      done = dollar + 1;
    }
    dollar = template.indexOf('$', done);
  }
  return filled + template.slice(done);
}

interface Braced {
  readonly name: string;
  readonly operator: string;
  readonly operand: string;
  readonly end: number;
}

function readBraced(template: string, start: number): Braced {
  const name = match(namePattern, template, start + 2);
  const afterName = start + 2 + name.length;
  if (name !== '' && template.charAt(afterName) === '}') return { name, operator: '', operand: '', end: afterName + 1 };
  const operator = name === '' ? '' : match(operatorPattern, template, afterName);
  const end = operator === '' ? undefined : closingBrace(template, start);
  if (end === undefined) {
    // No further: what follows may be a secret.
    const shown = template.slice(start, afterName + 1);
    throw new TemplateError('syntax', `${shown}… is not a valid interpolation`);
  }
  return { name, operator, operand: template.slice(afterName + operator.length, end), end: end + 1 };
}

/** The brace that balances the one at `start`; the last one of the line when none does. */
function closingBrace(template: string, start: number): number | undefined {
  let open = 0;
  let last: number | undefined;
  for (let index = start; index < template.length; index += 1) {
    const character = template.charAt(index);
    if (character === '\n') break;
    if (character === '}') {
      last = index;
      open -= 1;
      if (open === 0) return index;
    } else if (character === '$' && template.charAt(index + 1) === '{') {
      open += 1;
      index += 1;
    }
  }
  return last;
}

function fillBraced({ name, operator, operand }: Braced, variables: Variables, depth: number): string {
  const value = variables.lookup(name);
  // Compose fills it in whether or not it is used, so a variable required there is required always.
  const filled = fill(operand, variables, depth + 1);
  const isMissing = operator.startsWith(':') ? value === undefined || value === '' : value === undefined;
  switch (operator.at(-1)) {
    case '-':
      return isMissing ? filled : (value ?? '');
    case '+':
      return isMissing ? '' : filled;
    case '?': {
      const reason = operand === '' ? '' : `: ${filled}`;
      if (isMissing) throw new TemplateError('required', `the required variable ${name} is not set${reason}`);
      return value ?? '';
    }
    default:
      return plainValue(name, variables);
  }
}

function plainValue(name: string, { lookup, onUnset }: Variables): string {
  const value = lookup(name);
  if (value === undefined) onUnset(name);
  return value ?? '';
}

function match(pattern: RegExp, text: string, index: number): string {
  pattern.lastIndex = index;
  return pattern.test(text) ? text.slice(index, pattern.lastIndex) : '';
}
