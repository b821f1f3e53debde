import type { ByteQueue, Output } from './byte-queue.ts';
import { sigint } from './signals.ts';

const interrupt = 0x03;
const endOfInput = 0x04;
const carriageReturn = 0x0d;

/** What a terminal does to the bytes between a program and who looks at it. @see termios(3), cooked mode */
export class Terminal implements Output {
  readonly #screen: Output;
  readonly #input: ByteQueue;
  readonly #interrupt: (signal: number) => void;

  constructor(screen: Output, input: ByteQueue, onSignal: (signal: number) => void) {
    this.#screen = screen;
    this.#input = input;
    this.#interrupt = onSignal;
  }

  /** A program prints. */
  write(bytes: Buffer | string): void {
    this.#screen.write(Buffer.from(Buffer.from(bytes).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1'));
  }

  /** Somebody types: it is shown, and `^C` and `^D` mean something. */
  type(bytes: Buffer): void {
    for (const byte of bytes) {
      if (byte === interrupt) {
        this.write('^C');
        this.#interrupt(sigint);
      } else if (byte === endOfInput) this.#input.end();
      else {
        const character = byte === carriageReturn ? '\n' : String.fromCharCode(byte);
        this.write(
          byte < 0x20 && !'\n\t\r'.includes(character)
            ? `^${String.fromCharCode(byte + 0x40)}`
            : Buffer.from(character, 'latin1'),
        );
        this.#input.write(Buffer.from(character, 'latin1'));
      }
    }
  }
}
