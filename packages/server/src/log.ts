import { pino } from 'pino';
import pinoPretty from 'pino-pretty';
import type { Config } from './config.ts';

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

/** Sentences with fields on standard output: as text for people, or as a JSON object a line. */
export function createLogger({ logLevel, logFormat }: Pick<Config, 'logLevel' | 'logFormat'>): Logger {
  if (logFormat === 'json') return pino({ level: logLevel, base: null });
  const text = pinoPretty({
    colorize: process.stdout.isTTY,
    // What the sentences say already.
    ignore: 'pid,hostname,image,outcome,receiver',
    translateTime: 'SYS:yyyy-mm-dd HH:MM:ss',
    singleLine: true,
    sync: true,
  });
  return pino({ level: logLevel }, text);
}
