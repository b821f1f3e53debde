import { pino } from 'pino';
import pinoPretty, { prettyFactory } from 'pino-pretty';
import type { Config } from './config.ts';
import type { Terminal } from './terminal/terminal.ts';

type LogMethod = (fields: object, message: string) => void;

/** The part of a pino logger that the server uses: a sentence with its fields; an error goes under `err`. */
export interface Logger {
  readonly error: LogMethod;
  readonly warn: LogMethod;
  readonly info: LogMethod;
  readonly debug: LogMethod;
}

/** Says nothing. */
export const silentLogger: Logger = { error() {}, warn() {}, info() {}, debug() {} };

/** Only the sentences, without those for debugging: for a command that ends. */
export function createSentenceLogger({ print }: Pick<Terminal, 'print'>): Logger {
  const say: LogMethod = (_, message) => print(message);
  return { error: say, warn: say, info: say, debug() {} };
}

/**
 * Sentences with fields on standard output: as text for people, or as a JSON object a line. On a terminal whose lines
 * change they go above those.
 */
export function createLogger(
  { logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>,
  { terminal }: { readonly terminal: Terminal },
): Logger {
  if (logFormat === 'json') return pino({ level: logLevel, base: null });
  const options = {
    colorize: terminal.hasColor,
    // What the sentences say already.
    ignore: 'pid,hostname,image,outcome,receiver',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    singleLine: true,
  };
  if (!terminal.isLive) return pino({ level: logLevel }, pinoPretty({ ...options, sync: true }));
  const pretty = prettyFactory(options);
  return pino({ level: logLevel }, { write: line => terminal.print(pretty(line).trimEnd()) });
}
