import type { Input, Output } from './byte-queue.ts';

/** How a script leaves what it is in, other than at its end. */
export class ShellJump extends Error {
  override readonly name = 'ShellJump';
  readonly kind: 'exit' | 'return' | 'break' | 'continue';
  /** The status, or how many loops are left. */
  readonly value: number;

  constructor(kind: ShellJump['kind'], value: number) {
    super(kind);
    this.kind = kind;
    this.value = value;
  }
}

export interface Streams {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
}
