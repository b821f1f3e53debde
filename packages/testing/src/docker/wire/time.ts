import { EngineError } from '../../errors.ts';

/** What Go's JSON has for "never". */
export const zeroTime = '0001-01-01T00:00:00Z';

export function formatTime(ms: number | undefined): string {
  return ms === undefined ? zeroTime : new Date(ms).toISOString();
}

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long, in the words of `docker ps`: "Less than a second", "About a minute", "3 hours". */
export function formatDuration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 1) return 'Less than a second';
  if (seconds === 1) return '1 second';
  if (seconds < minute) return `${seconds} seconds`;
  if (seconds < 2 * minute) return 'About a minute';
  if (seconds < hour) return `${Math.floor(seconds / minute)} minutes`;
  const hours = Math.round(seconds / hour);
  if (hours === 1) return 'About an hour';
  if (hours < 48) return `${hours} hours`;
  if (hours < 24 * 14) return `${Math.floor(seconds / day)} days`;
  if (hours < 24 * 60) return `${Math.floor(seconds / day / 7)} weeks`;
  if (hours < 24 * 365 * 2) return `${Math.floor(seconds / day / 30)} months`;
  return `${Math.floor(seconds / day / 365)} years`;
}

/** Seconds with a fraction, or an RFC 3339 date. */
export function parseMoment(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const seconds = Number(text);
  const moment = Number.isNaN(seconds) ? Date.parse(text) : seconds * 1000;
  if (Number.isNaN(moment)) throw new EngineError(500, `strconv.ParseInt: parsing "${text}": invalid syntax`);
  return moment;
}
