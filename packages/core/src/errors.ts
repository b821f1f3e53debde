const errorCodes = [
  'IMAGE_REFERENCE_INVALID',
  'COMPOSE_FILE_NOT_FOUND',
  'COMPOSE_FILE_INVALID',
  'COMPOSE_FAILED',
  'COMPOSE_TIMEOUT',
  'COMPOSE_NOT_FOUND',
  'PROJECT_NOT_VISIBLE',
  'PROJECT_DIFFERS',
  'ENGINE_UNREACHABLE',
  'ENGINE_TIMEOUT',
  'ENGINE_FAILED',
  'PULL_FAILED',
  'IMAGE_NOT_FOUND',
  'REGISTRY_UNAUTHORIZED',
  'REGISTRY_UNREACHABLE',
  'REGISTRY_FAILED',
  'CREDENTIALS_FAILED',
  'DELIVERY_INVALID',
  'DELIVERY_FORMAT_UNKNOWN',
  'RECEIVER_NOT_FOUND',
  'SAMPLE_IMPOSSIBLE',
  'SERVICE_NOT_FOUND',
  'NOTHING_TO_ROLL_BACK_TO',
  'ROLLOUT_FAILED',
  'UNHEALTHY',
  'CONFIG_INVALID',
  'STORE_FAILED',
  'SERVER_UNREACHABLE',
  'KEYS_UNREACHABLE',
  'ABORTED',
  'UNEXPECTED',
] as const;

/** Stable codes of everything that gopdater reports as an error. */
export type ErrorCode = (typeof errorCodes)[number];

/**
 * Every error that gopdater throws.
 *
 * `code` is stable, `message` a sentence with the facts, `hint` the next thing to do, `cause` the original. None of
 * them ever holds a secret.
 */
export class GopdaterError extends Error {
  override readonly name = 'GopdaterError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** How long a registry asks us to wait, in milliseconds, where it does. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    options: { readonly hint?: string; readonly cause?: unknown; readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * Any error as one of ours. The ports' implementations may come from elsewhere: what carries a known `code` keeps it,
 * anything else is `UNEXPECTED`.
 */
export function toGopdaterError(error: unknown): GopdaterError {
  if (error instanceof GopdaterError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return new GopdaterError(errorCodes.find(known => known === code) ?? 'UNEXPECTED', message, { cause: error });
}
