import type { PushOptions } from '../registry/fake-registry.ts';

/** What the images of scenarios run. */

/** Runs until its stop signal, which it obeys at once. */
export const web: PushOptions = { command: ['/bin/sh', '-c', "trap 'exit 0' TERM; sleep 3600 & wait"] };

/** Runs on whatever it is told; only SIGKILL ends it. */
export const deaf: PushOptions = { command: ['/bin/sleep', '3600'] };

/** Ends at once with this code. */
export const ends = (exitCode: number): PushOptions => ({
  command: ['/bin/sh', '-c', `exit ${exitCode}`],
});

/** Ends after a while with this code. */
export const endsAfter = (ms: number, exitCode: number): PushOptions => ({
  command: ['/bin/sh', '-c', `sleep ${ms / 1000}; exit ${exitCode}`],
});
