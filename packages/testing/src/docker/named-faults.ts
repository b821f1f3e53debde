import type { FakeRegistry } from '../registry/fake-registry.ts';
import type { Faults, RestartOptions } from './faults.ts';
import type { EngineState } from './state/engine-state.ts';

/** Something that goes wrong, by its name; what concerns requests to come waits for them like any other fault. */
export type NamedFault =
  /** Connections to the registry are refused, for so long; default: for ever. */
  | { readonly kind: 'registry-down'; readonly forMs?: number }
  /** The registry answers 429, with `Retry-After` if there is a time; default once. */
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds?: number; readonly times?: number }
  /** From now on the registry lets only this user in. */
  | { readonly kind: 'auth-required'; readonly username: string; readonly password: string }
  /** The registry takes no credentials, not even the right ones; default once. */
  | { readonly kind: 'auth-refused'; readonly times?: number }
  /** The next pull answers 200 and fails after so many lines (default 1) with this message. */
  | { readonly kind: 'pull-error'; readonly afterLines?: number; readonly message?: string }
  /** The streams of events that are open now are cut. */
  | { readonly kind: 'events-cut' }
  /** The daemon is not there for a while, and its containers stop before, unless it lets them live. Begins now. */
  | ({ readonly kind: 'daemon-restart' } & RestartOptions);

export interface NamedFaultTargets {
  readonly state: EngineState;
  readonly registry: FakeRegistry;
  readonly faults: Faults;
  /** Ends what a fault is to do later. */
  readonly signal: AbortSignal;
  readonly restart: (options: RestartOptions) => void;
}

/** Lets it go wrong. */
export function injectFault(fault: NamedFault, targets: NamedFaultTargets): void {
  const { state, registry, faults, restart } = targets;
  switch (fault.kind) {
    case 'registry-down':
      void goAwayFor(fault.forMs ?? Number.POSITIVE_INFINITY, targets);
      break;
    case 'rate-limit': {
      const { retryAfterSeconds, times = 1 } = fault;
      const headers = retryAfterSeconds === undefined ? {} : { 'Retry-After': String(retryAfterSeconds) };
      registry.fail({ status: 429, headers, times });
      break;
    }
    case 'auth-required':
      registry.requireToken({ username: fault.username, password: fault.password });
      break;
    case 'auth-refused':
      registry.fail({ status: 401, message: 'incorrect username or password', times: fault.times ?? 1 });
      break;
    case 'pull-error': {
      const { afterLines = 1, message = 'write /var/lib/docker/tmp/layer: no space left on device' } = fault;
      faults.next('POST /images/create', { error: message, afterLines });
      break;
    }
    case 'events-cut':
      state.events.cut();
      break;
    case 'daemon-restart':
      restart(fault);
      break;
  }
}

async function goAwayFor(forMs: number, { registry, state, signal }: NamedFaultTargets): Promise<void> {
  await registry.goAway();
  if (forMs === Number.POSITIVE_INFINITY) return;
  await state.clock.sleep(forMs, { signal });
  if (!signal.aborted) await registry.comeBack();
}
