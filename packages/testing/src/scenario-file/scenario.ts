import type { RunOptions } from '../docker/fake-docker.ts';
import type { Fault, FaultOptions } from '../docker/faults.ts';
import type { NamedFault } from '../docker/named-faults.ts';
import type { HealthStatus } from '../registry/behaviour.ts';
import type { PushOptions } from '../registry/fake-registry.ts';

/** What a fake engine begins with, and what happens to it later. Words and units are those of the library. */
export interface Scenario {
  /** Pushed to the registry, in order. */
  readonly images: readonly ScenarioImage[];
  /** Then pulled if need be, created and started. */
  readonly containers: readonly ScenarioContainer[];
  /** Then planned. */
  readonly faults: readonly ScenarioFault[];
  readonly later: readonly LaterStep[];
}

/** `registry.push(name, options)` */
export interface ScenarioImage {
  readonly name: string;
  readonly options: PushOptions;
}

/** `docker.run(image, options)` */
export interface ScenarioContainer {
  readonly image: string;
  readonly options: RunOptions;
}

/** `docker.faults.next(at, fault, options)`, or `docker.fail(named)` */
export type ScenarioFault =
  | { readonly at: string; readonly fault: Fault; readonly options: FaultOptions }
  | { readonly named: NamedFault };

/** So long after the start. */
export type LaterStep = { readonly afterMs: number } & (
  | { readonly kind: 'push'; readonly image: ScenarioImage }
  | { readonly kind: 'run'; readonly container: ScenarioContainer }
  | { readonly kind: 'exit'; readonly container: string; readonly code: number }
  | { readonly kind: 'health'; readonly container: string; readonly status: HealthStatus; readonly output: string }
  | { readonly kind: 'fault'; readonly fault: ScenarioFault }
);
