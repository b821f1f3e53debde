import type { FakeProgram } from '../../registry/behaviour.ts';
import type { ContainerRecord } from './container-record.ts';

/**
 * Lets a container that was started do what its image says.
 *
 * @returns its exit code; `undefined` if it has ended otherwise meanwhile
 */
export async function runProgram(
  { id, spec, log, future }: ContainerRecord,
  program: FakeProgram,
): Promise<number | undefined> {
  const { signal } = future;
  try {
    const exitCode = await program({
      containerId: id,
      words: [...spec.entrypoint, ...spec.command],
      environment: Object.fromEntries(spec.env.filter(line => line.includes('=')).map(splitPair)),
      signal,
      print: (text, output = 'stdout') => log.print({ output, text }),
    });
    return signal.aborted ? undefined : exitCode;
  } catch (error) {
    log.print({ output: 'stderr', text: error instanceof Error ? error.message : String(error) });
    return signal.aborted ? undefined : 1;
  }
}

function splitPair(line: string): readonly [string, string] {
  const equals = line.indexOf('=');
  return [line.slice(0, equals), line.slice(equals + 1)];
}
