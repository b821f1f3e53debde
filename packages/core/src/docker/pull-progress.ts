import { GopdaterError } from '../errors.ts';
import { loginHint, rateLimitHint } from '../image/login-hint.ts';
import { parseReference } from '../image/reference.ts';
import { objectOf, textOf } from '../json.ts';
import type { PullProgress } from './engine.ts';
import { linesOf } from './lines.ts';

/**
 * Reads a pull's stream to its end: one JSON object a line. The engine has answered 200 long before; a pull that fails
 * says so in any of the lines, or not at all when the stream breaks off.
 *
 * @throws GopdaterError `PULL_FAILED`
 * @see Docker Engine API, "Create an image", `ImageCreate`
 */
export async function readPullProgress(
  stream: AsyncIterable<Uint8Array | string>,
  reference: string,
  onProgress: ((progress: PullProgress) => void) | undefined,
): Promise<void> {
  for await (const line of linesOf(stream)) {
    const message = parseLine(line, reference);
    if (message.error !== undefined || message.errorDetail !== undefined) {
      const why = textOf(objectOf(message.errorDetail).message) ?? textOf(message.error);
      throw pullFailed(reference, why ?? 'the engine does not say why');
    }
    const { current, total } = objectOf(message.progressDetail);
    onProgress?.({
      status: textOf(message.status) ?? '',
      id: textOf(message.id),
      current: numberOf(current),
      total: numberOf(total),
    });
  }
}

export function pullFailed(reference: string, why: string, cause?: unknown): GopdaterError {
  return new GopdaterError('PULL_FAILED', `${reference} could not be pulled: ${why}.`, {
    hint: `Nothing was restarted. ${nextThingToDo(parseReference(reference).registry, why)}`,
    cause,
  });
}

/** The registry's codes of error are in the engine's words only; nothing but the hint depends on them. */
function nextThingToDo(registry: string, why: string): string {
  if (/toomanyrequests|429 too many requests/i.test(why)) return rateLimitHint(registry);
  if (/unauthorized|denied|no basic auth credentials/i.test(why)) return loginHint(registry);
  return 'Check that the engine reaches the registry and may read the image.';
}

function parseLine(line: string, reference: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(line));
  } catch (cause) {
    throw pullFailed(reference, 'the engine broke off its answer', cause);
  }
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);
