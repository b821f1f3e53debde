import { randomBytes } from 'node:crypto';
import { dockerHub, type Receiver } from '@gopdater/core';

/** Who may send hooks. */
export interface HookOptions {
  /** Whose images Docker Hub may announce, in lower case; `*` for everybody's; empty with a secret: everybody's. */
  readonly owner: readonly string[];
  /** Docker Hub's, in the path. */
  readonly hookSecret: string | undefined;
  /** Further receivers, each with a name of its own. */
  readonly receivers?: readonly Receiver[] | undefined;
}

/** Where the deliveries of one sender come in. */
export interface Entrance {
  /** As the command line calls it: the receiver's name, or `/`. */
  readonly name: string;
  /** Without the secret that may stand behind it, e.g. `/hooks/ghcr`. */
  readonly path: string;
  readonly receiver: Receiver;
  /** Nothing proves who sends: `POST /`, with an owner and no secret. */
  readonly isOpen: boolean;
  /** The variable that holds the secret. */
  readonly variable: string;
}

/** Below this path a wrong secret and an unknown receiver get the same answer. */
export const hooksPath = '/hooks/';

/** What the variables of all receivers begin with. */
export const receiverPrefix = 'GOPDATER_RECEIVER_';

/** Stands in for a receiver that is not there, so that looking for one takes what looking at one does. */
export const nobody: Receiver = {
  name: '',
  sender: dockerHub,
  authentication: { kind: 'path', secrets: [randomBytes(32).toString('hex')] },
  options: {},
};

/** Every entrance: of `HOOK_SECRET`, which makes a receiver for Docker Hub, of each receiver, and `POST /`. */
export function entrancesOf({ owner, hookSecret, receivers = [] }: HookOptions): readonly Entrance[] {
  const closed = (receiver: Receiver, variable: string): Entrance => {
    const { name } = receiver;
    return { name, path: hooksPath + name, receiver, isOpen: false, variable };
  };
  const own: readonly Receiver[] =
    hookSecret === undefined
      ? []
      : [
          {
            ...{ name: dockerHub.name, sender: dockerHub, options: {} },
            authentication: { kind: 'path', secrets: [hookSecret] },
            owners: owner.length === 0 ? undefined : owner,
          },
        ];
  const open = { ...nobody, name: 'POST /', owners: owner };
  const isOpen = hookSecret === undefined && owner.length > 0;
  return [
    ...(isOpen ? [{ name: '/', path: '/', receiver: open, isOpen, variable: 'HOOK_SECRET' }] : []),
    ...own.map(receiver => closed(receiver, 'HOOK_SECRET')),
    ...receivers.map(receiver => closed(receiver, `${receiverPrefix}${upperName(receiver.name)}_SECRET`)),
  ];
}

/** A receiver's name within its variables: `HARBOR_2` for `harbor-2`. */
export function upperName(name: string): string {
  return name.toUpperCase().replaceAll('-', '_');
}
