import type { ComposeProject } from '@gopdater/core';
import type { Daemon } from './daemon.ts';
import type { Progress } from './progress.ts';

/** One command on its way. */
export interface ComposeRun {
  readonly project: ComposeProject;
  readonly daemon: Daemon;
  readonly progress: Progress;
  /** Of Compose, e.g. `2.40.3`; goes into a label. */
  readonly version: string;
  readonly signal: AbortSignal | undefined;
}
