import type { EngineState } from './engine-state.ts';
import { addressIn, hostIn, type NetworkRecord } from './network-record.ts';

/** Who has which address of one network, by the number of its host: containers, and in a swarm services and tasks. */
export class AddressPool {
  readonly #holders = new Map<number, Set<string>>([[1, new Set(['gateway'])]]);
  /** None below it is free. */
  #lowest = 2;

  /** Takes this one, though others may have it, or the lowest that is free. */
  take(holder: string, wanted?: number): number {
    while (wanted === undefined && this.#holders.has(this.#lowest)) this.#lowest += 1;
    const host = wanted ?? this.#lowest;
    this.#holders.set(host, (this.#holders.get(host) ?? new Set()).add(holder));
    return host;
  }

  /** It is free once nobody has it. */
  giveBack(holder: string, host: number): void {
    const holders = this.#holders.get(host);
    if (!holders?.delete(holder) || holders.size > 0) return;
    this.#holders.delete(host);
    this.#lowest = Math.min(this.#lowest, host);
  }
}

/**
 * Takes an address of a network until it is given back; empty in a network without any.
 *
 * @param holder  an id: a task and its container have the same address
 */
export function takeAddress(state: EngineState, network: NetworkRecord, holder: string, wanted?: string): string {
  if (network.subnet === undefined) return '';
  const host = wanted === undefined ? undefined : hostIn(network, wanted);
  return addressIn(network, poolOf(state, network).take(holder, host));
}

export function giveBackAddress(state: EngineState, network: NetworkRecord, holder: string, address: string): void {
  if (address !== '') poolOf(state, network).giveBack(holder, hostIn(network, address));
}

function poolOf({ addresses }: EngineState, { id }: NetworkRecord): AddressPool {
  const pool = addresses.get(id) ?? new AddressPool();
  addresses.set(id, pool);
  return pool;
}
