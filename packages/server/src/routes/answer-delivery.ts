import { randomUUID } from 'node:crypto';
import { formatReference, type HookAnswer, type ReceivedDelivery, type VerifyDependencies } from '@gopdater/core';
import type { Callbacks } from '../docker-hub-callbacks.ts';
import { sendJson } from '../http/problem.ts';
import type { Response } from '../http/server.ts';
import { type AcceptDependencies, type Accepted, acceptDelivery } from './accept-delivery.ts';

export interface AnswerDependencies extends AcceptDependencies, VerifyDependencies {
  /** Who tells Docker Hub what became of it. Default: nobody. */
  readonly callbacks?: Pick<Callbacks, 'remember' | 'forget'> | undefined;
}

/**
 * Answers a delivery whose sender is known: 202 for what is rolled out now, 200 for everything else that is in order.
 *
 * @throws Problem 503 when there is no room
 */
export async function answerDelivery(
  response: Response,
  { key, pushed, services, ignored, forbidden, callbackUrl, answer: wanted }: ReceivedDelivery,
  receiver: string,
  dependencies: AnswerDependencies,
): Promise<void> {
  const { log } = dependencies;
  const deliveryId = randomUUID();
  if (wanted !== undefined) return answerSender(response, wanted, receiver, dependencies);
  const notOurs = forbidden.map(({ image }) => `${formatReference(image)} is not this receiver’s to announce`);
  const reasons = [...ignored, ...notOurs];
  if (reasons.length > 0) log.info({ deliveryId, receiver }, `Ignored of a delivery: ${reasons.join(', ')}.`);
  const hints = [...pushed, ...services];
  if (hints.length === 0) {
    return sendJson(response, 200, { deliveryId, outcome: 'ignored', ignored: reasons, detail: 'Nothing to do.' });
  }
  const { callbacks } = dependencies;
  if (callbackUrl !== undefined) callbacks?.remember(deliveryId, callbackUrl);
  const accepted = await acceptDelivery({ deliveryId, senderId: key, hints }, dependencies).catch((error: unknown) => {
    callbacks?.forget(deliveryId);
    throw error;
  });
  if (accepted.outcome !== 'accepted') callbacks?.forget(deliveryId);
  const status = accepted.outcome === 'accepted' ? 202 : 200;
  sendJson(response, status, { deliveryId, ...accepted, ignored: reasons, detail: details[accepted.outcome] });
}

const details: Readonly<Record<Accepted['outcome'], string>> = {
  accepted: 'The log tells the outcome under this delivery id.',
  unused: 'No watched service uses it.',
  duplicate: 'It was accepted before.',
};

/** What a sender wants to hear before it sends anything, or between. */
function answerSender(
  response: Response,
  wanted: HookAnswer,
  receiver: string,
  { fetchText, log }: AnswerDependencies,
): void {
  switch (wanted.kind) {
    case 'pong':
      sendJson(response, 200, { outcome: 'pong', detail: 'The receiver is here.' });
      break;
    case 'handshake':
      response.setHeader('webhook-allowed-origin', wanted.origin);
      response.setHeader('webhook-allowed-rate', '*');
      response.setHeader('allow', 'POST, OPTIONS');
      sendJson(response, 200, { outcome: 'pong', detail: 'This origin may send.' });
      break;
    case 'confirm':
      void fetchText(wanted.url).then(
        () => log.info({ receiver }, `Confirmed the subscription of ${receiver}.`),
        (err: unknown) => log.error({ receiver, err }, `The subscription of ${receiver} could not be confirmed.`),
      );
      sendJson(response, 200, { outcome: 'pong', detail: 'The subscription is being confirmed.' });
      break;
  }
}
