import type { FailureAction, Order, UndoFailureAction } from './policy.ts';
import type { Step } from './step.ts';

/** What will be done for one push, over all watched projects. Plain data: what is printed is what is executed. */
export interface Plan {
  /** In full, e.g. `docker.io/acme/web:latest`. */
  readonly image: string;
  /** What the registry serves for it; `undefined` if there was no reason to ask. */
  readonly digest: string | undefined;
  /** The services that move, in the order in which they do: those that others depend on first. */
  readonly moves: readonly Move[];
  /** gopdater’s own service, which a helper container brings to the image when the others have moved. */
  readonly handOver: Move | undefined;
  /** In order; empty when nothing is to be done. */
  readonly steps: readonly Step[];
  /** What puts the old image back if a step fails: only the services that were begun, in order. */
  readonly undo: readonly Step[];
  /** What differs between the image that runs and the new one, in words; empty when nothing does, or is not known yet. */
  readonly changes: readonly string[];
  /** Services that use the image and stay as they are, each with its reason. */
  readonly leftAlone: readonly LeftAlone[];
  /** Sentences about what may surprise later. */
  readonly warnings: readonly string[];
  /** Images, in full, that policies of its services take instead of this one. */
  readonly instead: readonly string[];
}

/** One service on its way to the image. */
export interface Move {
  readonly project: string;
  readonly service: string;
  readonly cause: string;
  readonly from: ImageVersion;
  readonly to: ImageVersion;
  /** The id of the image it comes from, which it is put back to if need be. */
  readonly oldImageId: string;
  /** How many containers it has before and after. */
  readonly replicas: number;
  readonly order: Order;
  /** Why that order, in words. */
  readonly orderCause: string;
  readonly failureAction: FailureAction;
  /** What is done when it cannot be put back. */
  readonly undoFailureAction: UndoFailureAction;
  readonly gap: ExpectedGap;
  /** The variable that its tag moves by; `undefined`: the tag stays. */
  readonly variable?: MovedVariable | undefined;
  /** When what its tag means now may be moved to, in ms since 1970: what was begun before is ended first. */
  readonly until?: number | undefined;
}

/** What an env file says of a variable before a service moves, and afterwards. */
export interface MovedVariable {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/**
 * How long the service is expected not to serve: `none`: never · `fewer-replicas`: never, with fewer than before ·
 * `stop-to-start`: from the end of the old container to the start of the new one.
 */
export interface ExpectedGap {
  readonly kind: 'none' | 'fewer-replicas' | 'stop-to-start';
  /** What it was the last time, in milliseconds; `undefined` if that is not known. */
  readonly lastMs: number | undefined;
}

/** An image as people speak of it. */
export interface ImageVersion {
  /** `undefined` for an image that no registry knows. */
  readonly digest: string | undefined;
  /** The label `org.opencontainers.image.version`, where the image has it. */
  readonly version: string | undefined;
  /** Where the tag moves, too. */
  readonly tag?: string | undefined;
}

/** A service that uses the image and stays as it is. */
export interface LeftAlone {
  readonly project: string;
  readonly service: string;
  readonly reason: LeaveReason;
  /** The reason in words. */
  readonly detail: string;
  /** What to do about it, if anything. */
  readonly hint: string | undefined;
  /** With `waiting`: when it may be moved, in milliseconds since the Unix epoch. */
  readonly until?: number | undefined;
}

/**
 * Why; `waiting`: it is moved later; `refused`: gopdater must not act on it; `other-tag`: its policy takes another one than
 * the pushed.
 */
export type LeaveReason =
  | 'up-to-date'
  | 'not-running'
  | 'scaled-to-zero'
  | 'profile-off'
  | 'pinned'
  | 'other-tag'
  | 'blocked'
  | 'waiting'
  | 'own-container'
  | 'refused';
