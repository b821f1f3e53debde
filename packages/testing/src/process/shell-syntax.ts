/** A part of a script that can be run. @see POSIX.1-2017, Shell Command Language, 2.9 "Shell Commands" */
export type Command =
  | {
      readonly kind: 'simple';
      readonly assignments: readonly Assignment[];
      readonly words: readonly Word[];
      readonly redirections: readonly Redirection[];
    }
  | { readonly kind: 'pipeline'; readonly commands: readonly Command[]; readonly isNegated: boolean }
  | { readonly kind: 'list'; readonly items: readonly ListItem[] }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: Command | undefined }
  | { readonly kind: 'loop'; readonly isUntil: boolean; readonly condition: Command; readonly body: Command }
  | { readonly kind: 'for'; readonly name: string; readonly words: readonly Word[] | undefined; readonly body: Command }
  | { readonly kind: 'case'; readonly subject: Word; readonly choices: readonly Choice[] }
  | { readonly kind: 'function'; readonly name: string; readonly body: Command }
  | {
      readonly kind: 'group';
      readonly body: Command;
      readonly isSubshell: boolean;
      readonly redirections: readonly Redirection[];
    };

export interface ListItem {
  readonly command: Command;
  /** What stands after it. */
  readonly operator: ';' | '&' | '&&' | '||';
}

export interface Branch {
  readonly condition: Command;
  readonly body: Command;
}

export interface Choice {
  readonly patterns: readonly Word[];
  readonly body: Command;
}

export interface Assignment {
  readonly name: string;
  readonly value: Word;
}

export interface Redirection {
  readonly descriptor: number;
  readonly operator: '<' | '>' | '>>' | '>&' | '<&' | '<<';
  readonly target: Word;
}

export type Word = readonly WordPart[];

/** Quoted parts are neither split nor matched with files. */
export type WordPart =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** As in `${NAME:-word}`; empty: none. */
      readonly operator: string;
      readonly argument: Word;
      readonly isQuoted: boolean;
    }
  | { readonly kind: 'command'; readonly script: string; readonly isQuoted: boolean }
  | { readonly kind: 'arithmetic'; readonly expression: Word; readonly isQuoted: boolean };

/** A script that no shell could run, or that this one cannot. */
export class ShellSyntaxError extends Error {
  override readonly name = 'ShellSyntaxError';
}
