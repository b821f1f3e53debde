import { Writable } from 'node:stream';
import type { TerminalStream } from '@gopdater/server';
import xterm from '@xterm/headless';

/** A stream that writes to a terminal emulator, and what a person sees there. */
export interface Screen {
  readonly stream: TerminalStream;
  /** The lines from the first one that was ever written, without what is empty at their ends and after them. */
  text(): Promise<readonly string[]>;
  /** Everything that was written, with its control codes. */
  written(): string;
  resize(columns: number, rows?: number): void;
}

export function createScreen({ columns = 80, rows = 24, isTTY = true } = {}): Screen {
  const emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, convertEol: true });
  let written = '';
  const output = new Writable({
    write: (chunk: Buffer, _, done) => {
      written += chunk.toString();
      emulator.write(chunk);
      done();
    },
  });
  const size = { columns, rows };
  const stream = Object.defineProperties(output, {
    isTTY: { value: isTTY },
    columns: { get: () => size.columns },
    rows: { get: () => size.rows },
  });
  return {
    stream,
    text: async () => {
      await new Promise<void>(resolve => emulator.write('', resolve));
      const { active } = emulator.buffer;
      const lines = Array.from(
        { length: active.length },
        (_, row) => active.getLine(row)?.translateToString(true) ?? '',
      );
      return lines.slice(0, lines.findLastIndex(line => line !== '') + 1);
    },
    written: () => written,
    resize: (columns, rows = size.rows) => {
      Object.assign(size, { columns, rows });
      emulator.resize(columns, rows);
      stream.emit('resize');
    },
  };
}
