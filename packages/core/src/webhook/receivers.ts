import type { Receiver } from './receiver.ts';
import { dockerHub } from './receivers/docker-hub.ts';

/** Every sender that gopdater understands, by name. */
export const receivers: ReadonlyMap<string, Receiver> = new Map([dockerHub].map(receiver => [receiver.name, receiver]));
