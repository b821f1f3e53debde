import { EngineError } from '../../errors.ts';
import { flag } from '../router.ts';
import type { LoggedLine, OutputName } from '../state/container-log.ts';
import { parseMoment } from './time.ts';

/** Which lines of a log a client wants, and how. */
export interface LogQuery {
  readonly outputs: readonly OutputName[];
  readonly sinceMs: number;
  readonly untilMs: number;
  /** `undefined`: all. */
  readonly tail: number | undefined;
  readonly hasTimestamps: boolean;
}

/** @throws EngineError 400 if it asks for no output */
export function parseLogQuery(query: Readonly<Record<string, string>>): LogQuery {
  const outputs = (['stdout', 'stderr'] as const).filter(output => flag(query[output]));
  if (outputs.length === 0) throw new EngineError(400, 'Bad parameters: you must choose at least one stream');
  const { since, until, tail = 'all' } = query;
  return {
    outputs,
    sinceMs: since && since !== '0' ? (parseMoment(since) ?? 0) : Number.NEGATIVE_INFINITY,
    untilMs: until && until !== '0' ? (parseMoment(until) ?? 0) : Number.POSITIVE_INFINITY,
    tail: /^\d+$/.test(tail) ? Number(tail) : undefined,
    hasTimestamps: flag(query.timestamps),
  };
}

/** The last ones count of all lines, wanted or not. @see moby, `tailFiles` */
export function linesWanted(lines: readonly LoggedLine[], wanted: LogQuery): readonly LoggedLine[] {
  const { tail = lines.length } = wanted;
  return lines.slice(Math.max(0, lines.length - tail)).filter(line => isWanted(line, wanted));
}

export function isWanted({ output, timeMs }: LoggedLine, { outputs, sinceMs, untilMs }: LogQuery): boolean {
  return outputs.includes(output) && timeMs >= sinceMs && timeMs <= untilMs;
}

/** @param details  whose it is, before the line */
export function shownLine(
  { text, isWhole, timeMs }: LoggedLine,
  { hasTimestamps }: LogQuery,
  details: string | undefined = undefined,
): Buffer {
  const time = hasTimestamps ? `${new Date(timeMs).toISOString().replace('Z', '000000Z')} ` : '';
  return Buffer.from(`${time}${details === undefined ? '' : `${details} `}${text}${isWhole ? '\n' : ''}`);
}
