import { EngineError, NoAnswerError, PortError } from '../errors.ts';

/** A command that ended with an error; the message is the last line it prints. */
export function composeFailed(message: string, cause?: unknown): PortError {
  return new PortError('COMPOSE_FAILED', message, cause === undefined ? {} : { cause });
}

/** What the daemon said, as Compose repeats it. */
export function toComposeError(cause: unknown): unknown {
  if (cause instanceof EngineError) return composeFailed(`Error response from daemon: ${cause.message}`, cause);
  if (cause instanceof NoAnswerError) return composeFailed(cause.message, cause);
  return cause;
}
