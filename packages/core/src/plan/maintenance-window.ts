import { Cron } from 'croner';

/** A time of the week in which services may be moved, e.g. `Mon-Fri 02:00-04:00 Europe/Berlin`. */
export interface MaintenanceWindow {
  /** As it was written. */
  readonly text: string;
  readonly isOpen: (atMs: number) => boolean;
  /** When it opens for the first time after that, in milliseconds since the Unix epoch. */
  readonly opensAfter: (atMs: number) => number | undefined;
}

const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const pattern =
  /^(?:(?<days>[a-z]{3}(?:[-,][a-z]{3})*)\s+)?(?<from>\d\d:\d\d)-(?<to>\d\d:\d\d)(?:\s+(?<zone>[a-z_+\-/\d]+))?$/i;

/**
 * Days (`Mon-Fri`, `Sat,Sun`; every day if there are none), a time from which and one until which, and a time zone by its
 * IANA name. A window whose end is not after its beginning ends on the next day; `24:00` is the day's end. Several have `;` between them.
 *
 * The clocks' changes are the zone's: an hour that does not exist begins when it is over.
 *
 * @param timeZone  for a window that names none
 * @returns `undefined` for what is no window
 */
export function parseWindow(text: string, timeZone: string): MaintenanceWindow | undefined {
  const parts = text.split(';').map(part => parsePart(part.trim(), timeZone));
  if (!parts.every(part => part !== undefined)) return undefined;
  return {
    text,
    isOpen: atMs => parts.some(({ opens, closes }) => nextAfter(closes, atMs) <= nextAfter(opens, atMs)),
    opensAfter: atMs => {
      const first = Math.min(...parts.map(({ opens }) => nextAfter(opens, atMs)));
      return Number.isFinite(first) ? first : undefined;
    },
  };
}

/** True for a name that the machine's list of time zones has. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** What comes next tells where we are: inside a window that is its end. */
interface Part {
  readonly opens: Cron;
  readonly closes: Cron;
}

function parsePart(text: string, defaultZone: string): Part | undefined {
  const { days: named, from = '', to = '', zone = defaultZone } = pattern.exec(text)?.groups ?? {};
  const [begin, end] = [parseTime(from), parseTime(to)];
  const own = named === undefined ? days.map((_, index) => index) : parseDays(named.toLowerCase());
  if (begin === undefined || end === undefined || begin === wholeDay || begin === end || own === undefined) {
    return undefined;
  }
  if (!isTimeZone(zone)) return undefined;
  const endsNextDay = end < begin || end === wholeDay;
  const at = (minute: number, on: readonly number[]) =>
    new Cron(`${minute % 60} ${Math.floor(minute / 60) % 24} * * ${on.join(',')}`, { timezone: zone, paused: true });
  return { opens: at(begin, own), closes: at(end, endsNextDay ? own.map(day => (day + 1) % 7) : own) };
}

const wholeDay = 24 * 60;

/** In minutes. */
function parseTime(text: string): number | undefined {
  const [hours = Number.NaN, minutes = Number.NaN] = text.split(':').map(Number);
  const time = hours * 60 + minutes;
  return minutes < 60 && time <= wholeDay ? time : undefined;
}

/** By their number; Sunday is 0. */
function parseDays(text: string): readonly number[] | undefined {
  const found = text.split(',').map(part => {
    const [first = -1, last = first, ...more] = part.split('-').map(name => days.indexOf(name));
    if (first < 0 || last < 0 || more.length > 0) return undefined;
    const length = ((last - first + 7) % 7) + 1;
    return Array.from({ length }, (_, index) => (first + index) % 7);
  });
  return found.every(part => part !== undefined) ? [...new Set(found.flat())] : undefined;
}

function nextAfter(cron: Cron, atMs: number): number {
  return cron.nextRun(new Date(atMs))?.getTime() ?? Number.POSITIVE_INFINITY;
}
