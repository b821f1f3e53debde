import { EngineError } from '../errors.ts';

/** What the fake does not model and was asked for. */
export class NotModelled {
  /** Each time that it was asked for, e.g. `POST /containers/create HostConfig.Links`. */
  readonly list: string[] = [];
  readonly #isStrict: boolean;
  readonly #onUnsupported: (what: string) => void;

  constructor(isStrict: boolean, onUnsupported: (what: string) => void = () => {}) {
    this.#isStrict = isStrict;
    this.#onUnsupported = onUnsupported;
  }

  tell(what: string): void {
    this.list.push(what);
    this.#onUnsupported(what);
  }

  /**
   * Of what is asked for and would be ignored: one by one.
   *
   * @param call  e.g. `POST /containers/create`
   * @throws EngineError 501 if the fake is strict
   */
  ignore(call: string, fields: readonly string[]): void {
    for (const field of fields) {
      this.tell(`${call} ${field}`);
      if (this.#isStrict) throw new EngineError(501, `fake-docker does not model ${field} of ${call}`);
    }
  }
}
