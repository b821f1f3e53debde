import { builtins } from './shell-builtins.ts';
import { parseScript } from './shell-parser.ts';
import { type Command, ShellSyntaxError, type Word } from './shell-syntax.ts';

/** The programs that a script names, as far as they stand there; a script that cannot be read names itself. */
export function commandNames(script: string): readonly string[] {
  try {
    return [...new Set(namesIn(parseScript(script)))].filter(name => !(name in builtins));
  } catch (error) {
    if (error instanceof ShellSyntaxError) return [script];
    throw error;
  }
}

function namesIn(command: Command): string[] {
  switch (command.kind) {
    case 'simple':
      return [...command.words.slice(0, 1).map(textOf), ...scriptsIn(command.words).flatMap(commandNames)];
    case 'pipeline':
      return command.commands.flatMap(namesIn);
    case 'list':
      return command.items.flatMap(item => namesIn(item.command));
    case 'if':
      return [
        ...command.branches.flatMap(({ condition, body }) => [...namesIn(condition), ...namesIn(body)]),
        ...(command.otherwise ? namesIn(command.otherwise) : []),
      ];
    case 'loop':
      return [...namesIn(command.condition), ...namesIn(command.body)];
    case 'case':
      return command.choices.flatMap(({ body }) => namesIn(body));
    case 'for':
    case 'function':
    case 'group':
      return namesIn(command.body);
  }
}

function scriptsIn(words: readonly Word[]): string[] {
  return words.flat().flatMap(part => (part.kind === 'command' ? [part.script] : []));
}

function textOf(word: Word): string {
  return word.map(part => (part.kind === 'text' ? part.text : '$')).join('');
}
