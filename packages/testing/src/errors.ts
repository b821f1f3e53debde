/** What the daemon answers when it refuses: an HTTP status and a sentence. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** A path that the engine does not know. */
export class PageNotFoundError extends EngineError {
  constructor() {
    super(404, 'page not found');
  }
}

/** A version of the API that the engine does not speak. */
export class ApiVersionError extends EngineError {
  readonly isTooOld: boolean;

  constructor(message: string, { isTooOld }: { readonly isTooOld: boolean }) {
    super(400, message);
    this.isTooOld = isTooOld;
  }
}

/** Something a real engine does and the fake does not: better a failed test than a wrong answer. */
export class NotModelledError extends EngineError {
  constructor(what: string) {
    super(501, `fake-docker does not model ${what}`);
  }
}

/** The daemon did not answer at all. */
export class NoAnswerError extends Error {
  override readonly name = 'NoAnswerError';
}

/** What a call of one of the ports rejects with; `code` is one that the port documents. */
export class PortError extends Error {
  override readonly name = 'PortError';
  readonly code: string;

  constructor(code: string, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** Rejects with `ABORTED` once the caller no longer wants the answer. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new PortError('ABORTED', 'The call was aborted.', { cause: signal.reason });
}
