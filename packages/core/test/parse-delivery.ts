import { formatReference, GopdaterError, type HookRequest, type Sender, type SenderOptions } from '@gopdater/core';
import { type HookRequestParts, hookRequest } from './hook-request.ts';

/** What a delivery was read as, in a few words. */
export interface ReadAs {
  /** e.g. `ghcr.io/acme/web:1.4` */
  readonly images: readonly string[];
  readonly ignored: readonly string[];
}

/** Reads a delivery; one that is none is the sentence of its error. */
export function readAs(sender: Sender, parts: HookRequestParts, options: SenderOptions = {}): ReadAs | string {
  const request: HookRequest = hookRequest(parts);
  try {
    const { pushed, ignored } = sender.parse(request, options);
    return { images: pushed.map(({ image }) => formatReference(image)), ignored };
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'DELIVERY_INVALID') return error.message;
    throw error;
  }
}

/** These images, and nothing ignored. */
export const pushes = (...images: readonly string[]): ReadAs => ({ images, ignored: [] });

/** Nothing for us, for this reason. */
export const ignores = (...ignored: readonly string[]): ReadAs => ({ images: [], ignored });
