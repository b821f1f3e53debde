const unitsNs: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  µs: 1_000n,
  μs: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
  w: 604_800_000_000_000n,
};

/** As long as a duration could be, and some. */
const maxLength = 200;
/** About 292 years. */
const largestNs = 2n ** 63n - 1n;

const pattern = /^([-+]?)(?:0|((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h|d|w))+))$/;

/**
 * A duration in milliseconds, e.g. 90_000 for `1m30s`; `undefined` if it is none.
 *
 * @see Compose Specification, "Specifying durations"
 */
export function parseDuration(text: string): number | undefined {
  const ns = text.startsWith('-') ? undefined : parseDurationNs(text);
  return ns === undefined ? undefined : Number(ns) / 1e6;
}

/** The same in nanoseconds, which may be negative. */
export function parseDurationNs(text: string): bigint | undefined {
  const match = text.length > maxLength ? null : pattern.exec(text);
  if (match === null) return undefined;
  let ns = 0n;
  for (const [, whole = '', fraction = '', unit = ''] of (match[2] ?? '').matchAll(
    /(\d*)\.?(\d*)(ns|us|µs|μs|ms|s|m|h|d|w)/g,
  )) {
    const scale = unitsNs[unit] ?? 0n;
    ns += BigInt(whole || '0') * scale + (BigInt(fraction || '0') * scale) / 10n ** BigInt(fraction.length);
  }
  if (ns > largestNs) return undefined;
  return match[1] === '-' ? -ns : ns;
}

/** As Compose prints it: `1h30m0s`, `1.5s`, `20ms`. */
export function formatDuration(ns: bigint): string {
  if (ns < 0n) return `-${formatDuration(-ns)}`;
  if (ns === 0n) return '0s';
  if (ns < 1_000n) return `${ns}ns`;
  if (ns < 1_000_000n) return `${withFraction(ns, 3)}µs`;
  if (ns < 1_000_000_000n) return `${withFraction(ns, 6)}ms`;
  const [minutes, seconds] = [ns / 60_000_000_000n, `${withFraction(ns % 60_000_000_000n, 9)}s`];
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

function withFraction(ns: bigint, digits: number): string {
  const text = `${ns}`.padStart(digits + 1, '0');
  const fraction = text.slice(-digits).replace(/0+$/, '');
  return fraction === '' ? text.slice(0, -digits) : `${text.slice(0, -digits)}.${fraction}`;
}
