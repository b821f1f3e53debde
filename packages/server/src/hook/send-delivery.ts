import { GopdaterError } from '@gopdater/core';
import { printable } from './printable.ts';

/** What is sent where. */
export interface Outgoing {
  /** With its secrets. */
  readonly url: string;
  /** Without. */
  readonly shownUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** What was answered. */
export interface SendAnswer {
  readonly status: number;
  readonly text: string;
}

const timeoutMs = 10_000;
const maxShown = 4_096;

/**
 * Posts it once; a redirect is an answer, as nobody else shall get the secret.
 *
 * @throws GopdaterError `SERVER_UNREACHABLE`
 */
export async function sendDelivery({ url, shownUrl, headers, body }: Outgoing): Promise<SendAnswer> {
  try {
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal });
    return { status: answer.status, text: printable((await answer.text()).trim().slice(0, maxShown)) };
  } catch (error) {
    const why = error instanceof Error ? (error.cause instanceof Error && error.cause.message) || error.message : '';
    throw new GopdaterError('SERVER_UNREACHABLE', `Nothing answers at ${shownUrl}: ${why}.`, {
      hint: 'Start the server, or name it with --to, e.g. --to http://127.0.0.1:8000.',
    });
  }
}
