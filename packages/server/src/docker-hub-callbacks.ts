import type { DeploymentReport } from '@gopdater/core';
import { type PublicNetwork, requestPublic } from './http/public-request.ts';
import type { Logger } from './log.ts';

/** What Docker Hub wants to hear of a delivery: legacy, and supported no longer. */
export interface Callbacks {
  /** To be called before the delivery is accepted. */
  remember(deliveryId: string, url: string): void;
  /** It was not accepted. */
  forget(deliveryId: string): void;
  /** Tells it, once, and does not wait for that. */
  tell(report: DeploymentReport): void;
  /** When all that was told is answered, or given up. */
  settled(): Promise<void>;
}

export interface CallbackOptions {
  /** Where the server is seen, as `target_url`. Default: nothing is said of it. */
  readonly publicUrl: string | undefined;
}

export interface CallbackDependencies extends PublicNetwork {
  readonly log: Logger;
}

interface Waiting {
  readonly url: string;
  /** Of a delivery that a newer one took the place of: the image whose next report is its own. */
  readonly supersededBy: string | undefined;
}

const headers = { 'content-type': 'application/json', 'user-agent': 'gopdater' };
const maxDescription = 255;
/** As many as may wait; of more the oldest hear nothing. */
const maxWaiting = 1_000;

/** Tells Docker Hub what became of its deliveries. In memory: what waits is forgotten with the process. */
export function createDockerHubCallbacks(
  { publicUrl }: CallbackOptions,
  { log, ...network }: CallbackDependencies,
): Callbacks {
  const waiting = new Map<string, Waiting>();
  const posting = new Set<Promise<void>>();
  const send = (url: string, body: string, { deliveryId, image }: DeploymentReport) => {
    const sent: Promise<void> = requestPublic(url, { method: 'POST', headers, body }, network)
      .then(
        () => log.debug({ deliveryId, image }, `Told Docker Hub what became of ${image}.`),
        (err: unknown) => log.warn({ deliveryId, image, err }, `Docker Hub could not be told what became of ${image}.`),
      )
      .finally(() => posting.delete(sent));
    posting.add(sent);
  };
  return {
    remember: (deliveryId, url) => {
      waiting.set(deliveryId, { url, supersededBy: undefined });
      for (const oldest of waiting.keys()) {
        if (waiting.size <= maxWaiting) break;
        waiting.delete(oldest);
      }
    },
    forget: deliveryId => waiting.delete(deliveryId),
    tell: report => {
      const { deliveryId, image, outcome } = report;
      if (outcome === 'superseded') {
        const own = waiting.get(deliveryId);
        if (own !== undefined) waiting.set(deliveryId, { ...own, supersededBy: image });
        return;
      }
      for (const [id, { url, supersededBy }] of waiting) {
        if (id !== deliveryId && supersededBy !== image) continue;
        waiting.delete(id);
        send(url, JSON.stringify(callbackOf(report, publicUrl)), report);
      }
    },
    settled: async () => void (await Promise.all(posting)),
  };
}

/** Only what Docker Hub knows already, and how it went: nothing of this server's projects. */
function callbackOf({ image, outcome, error }: DeploymentReport, publicUrl: string | undefined) {
  const [state, words] = outcomes[outcome];
  return {
    state: outcome === 'failed' && error !== undefined ? 'error' : state,
    description: `${image} ${words}`.slice(0, maxDescription),
    context: 'gopdater',
    ...(publicUrl !== undefined && { target_url: publicUrl }),
  };
}

const outcomes: Readonly<Record<DeploymentReport['outcome'], readonly ['success' | 'failure', string]>> = {
  updated: ['success', 'was rolled out'],
  'up-to-date': ['success', 'ran already'],
  'left-alone': ['success', 'moved nothing'],
  'handed-over': ['success', 'is being rolled out'],
  waiting: ['success', 'waits for its time'],
  refused: ['failure', 'was refused'],
  'rolled-back': ['failure', 'was rolled back'],
  failed: ['failure', 'could not be rolled out'],
  superseded: ['success', 'was followed by a newer push'],
};
