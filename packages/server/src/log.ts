import type { Logger } from '@gopdater/core';
import { pino } from 'pino';
import pinoPretty from 'pino-pretty';
import type { Config } from './config.ts';

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
