const longestMs = 365 * 24 * 3600 * 1000;

/**
 * How long `Retry-After` asks to wait, in milliseconds, a year at most: `120`, or `Fri, 31 Dec 2027 23:59:59 GMT`.
 * `undefined` without the header, and for what is neither.
 *
 * @param now  milliseconds since the Unix epoch
 * @see RFC 9110, section 10.2.3
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get('retry-after')?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value) * 1000, longestMs);
  const date = /GMT$/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.min(Math.max(date - now, 0), longestMs);
}
