import type { Authentication } from './authentication.ts';
import type { Sender, SenderOptions } from './sender.ts';

/** One sender and one way to authenticate, under a name: all from the configuration. */
export interface Receiver {
  readonly name: string;
  readonly sender: Sender;
  readonly authentication: Authentication;
  readonly options: SenderOptions;
  /** Whose images may be announced: the first part of the repository's name, in lower case. `undefined`: everybody's. */
  readonly owners?: readonly string[] | undefined;
  /** Which repositories, `host/path`. `undefined`: all. */
  readonly repositories?: readonly string[] | undefined;
}
