/** The addresses of one network that are in use, as numbers of hosts; 1 is the gateway. */
export class AddressPool {
  readonly #taken = new Set<number>([1]);
  /** None below it is free. */
  #lowest = 2;

  /** Takes this one, or the lowest that is free. */
  take(wanted?: number): number {
    while (wanted === undefined && this.#taken.has(this.#lowest)) this.#lowest += 1;
    const host = wanted ?? this.#lowest;
    this.#taken.add(host);
    return host;
  }

  giveBack(host: number): void {
    this.#taken.delete(host);
    this.#lowest = Math.min(this.#lowest, host);
  }
}
