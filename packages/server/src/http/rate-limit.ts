import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from './problem.ts';

/** Counts one more request of an address. */
export type RateLimit = (address: string) => Promise<void>;

const windowSeconds = 60;

/**
 * Lets each address make so many requests a minute.
 *
 * @returns what throws Problem 429, with `Retry-After`
 */
export function createRateLimit(perMinute: number): RateLimit {
  const limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds });
  return async address => {
    try {
      await limiter.consume(address);
    } catch (answer) {
      if (!(answer instanceof RateLimiterRes)) throw answer;
      const seconds = String(Math.max(1, Math.ceil(answer.msBeforeNext / 1000)));
      throw new Problem(429, 'Too many requests from this address.', {
        'retry-after': seconds,
        connection: 'close',
      });
    }
  };
}
