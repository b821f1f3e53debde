import { Killed } from './process.ts';
import { sigpipe } from './signals.ts';

/** Where a program reads from. */
export interface Input {
  /** What has come, at least a byte; `undefined` at the end. Rejects with the signal's reason. */
  read(signal: AbortSignal): Promise<Buffer | undefined>;
  /** Gives back what was read too much. */
  unread(bytes: Buffer): void;
}

/** Where a program writes to. */
export interface Output {
  write(bytes: Buffer | string): void;
}

/** Nothing to read. */
export const noInput: Input = { read: async () => undefined, unread: () => {} };

/** Bytes that one side writes and the other reads: a pipe, or what a client types. */
export class ByteQueue implements Input, Output {
  readonly #chunks: Buffer[] = [];
  #isEnded = false;
  #isAbandoned = false;
  #wake: () => void = () => {};

  /** @throws Killed if nobody reads any more */
  write(bytes: Buffer | string): void {
    if (this.#isAbandoned) throw new Killed(sigpipe);
    if (bytes.length === 0) return;
    this.#chunks.push(Buffer.from(bytes));
    this.#wake();
  }

  /** Nothing more will be written. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /** Nobody will read any more. */
  abandon(): void {
    this.#isAbandoned = true;
  }

  unread(bytes: Buffer): void {
    if (bytes.length > 0) this.#chunks.unshift(bytes);
  }

  async read(signal: AbortSignal): Promise<Buffer | undefined> {
    while (this.#chunks.length === 0 && !this.#isEnded) {
      signal.throwIfAborted();
      await new Promise<void>(resolve => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        signal.addEventListener('abort', wake);
        this.#wake = wake;
      });
    }
    signal.throwIfAborted();
    return this.#chunks.shift();
  }
}

/** Everything until the end. */
export async function readAll(input: Input, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let chunk = await input.read(signal); chunk; chunk = await input.read(signal)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A line without its end; `undefined` at the end. */
export async function readLine(input: Input, signal: AbortSignal): Promise<string | undefined> {
  let text = Buffer.alloc(0);
  for (;;) {
    const end = text.indexOf(0x0a);
    if (end !== -1) {
      input.unread(text.subarray(end + 1));
      return text.toString('utf8', 0, end);
    }
    const chunk = await input.read(signal);
    if (chunk === undefined) return text.length > 0 ? text.toString() : undefined;
    text = Buffer.concat([text, chunk]);
  }
}

export function inputOf(bytes: Buffer): Input {
  const queue = new ByteQueue();
  queue.write(bytes);
  queue.end();
  return queue;
}
