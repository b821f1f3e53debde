import type { DeploymentReport } from './report.ts';

/** What was deployed, and what came of it. */
export interface History {
  add(entry: HistoryEntry): Promise<void>;
  /** Newest first. */
  list(options: { readonly limit: number }): Promise<readonly HistoryEntry[]>;
}

/** A report and when it was made. */
export interface HistoryEntry {
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly report: DeploymentReport;
}
