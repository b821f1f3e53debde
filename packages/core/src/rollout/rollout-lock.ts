/** One rollout at a time, over all processes that share what outlives them. It goes with the process that holds it. */
export interface RolloutLock {
  /** @returns a function that gives it back; `undefined` while another process has it */
  tryAcquire(): (() => void) | undefined;
}
