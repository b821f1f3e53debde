import type { ConformanceProfile } from '../src/conformance.ts';

type Reason = string;

/**
 * Scenarios in which the fake is not yet what the engine is, and why; of all profiles, or of some. What conforms must
 * not stand here.
 */
export const notYetConforming: Readonly<
  Record<string, Reason | Readonly<Partial<Record<ConformanceProfile, Reason>>>>
> = {};
