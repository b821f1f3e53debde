import { GopdaterError } from '../errors.ts';
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
    const failure = textOf(objectOf(message.errorDetail).message) ?? textOf(message.error);
    if (failure !== undefined) throw pullFailed(reference, failure);
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
    hint: 'Nothing was restarted. Check that the engine reaches the registry and may read the image.',
    cause,
  });
}

function parseLine(line: string, reference: string): Readonly<Record<string, unknown>> {
  try {
    return objectOf(JSON.parse(line));
  } catch (cause) {
    throw pullFailed(reference, 'the engine broke off its answer', cause);
  }
}

const numberOf = (value: unknown) => (typeof value === 'number' ? value : undefined);
