import { dirname } from 'node:path';
import type { LoadedProject } from '../compose/load.ts';
import { formatLoadRequest, parseLoadAnswer } from '../compose/load-elsewhere.ts';
import type { LoadOptions } from '../compose/load-options.ts';
import type { CallOptions, ContainerDetails, Engine, LogLine } from '../docker/engine.ts';
import { helperContainer, type ProjectPaths } from '../docker/helper-container.ts';
import { isWithin } from '../docker/host-paths.ts';
import { runContainer } from '../docker/run-container.ts';
import { limitTime } from '../docker/time-limit.ts';
import { GopdaterError, toGopdaterError } from '../errors.ts';
import type { Clock } from '../time.ts';
import { mountHint, movedHint } from './visibility.ts';

/** All paths are absolute, and those of the engine's host. */
export type HostLoadOptions = LoadOptions & ProjectPaths;

interface Dependencies extends CallOptions {
  readonly engine: Engine;
  /** The words that start the program of our own image, which answers `read-project REQUEST`. */
  readonly program: readonly string[];
  readonly clock: Clock;
}

/** A container is there within a second, its answer in half of one. */
const limitMs = 60_000;

/**
 * Reads a project in a container that sees its files where they are on the host.
 *
 * @throws GopdaterError `PROJECT_NOT_VISIBLE`, with the folder that would have to be mounted; that of the files; the engine's
 */
export async function loadInHelper(
  options: HostLoadOptions,
  own: ContainerDetails,
  { engine, program, clock, signal }: Dependencies,
): Promise<LoadedProject> {
  const { projectDirectory } = options;
  const spec = helperContainer(own, {
    program,
    args: ['read-project', formatLoadRequest(options)],
    project: options,
    network: { mode: 'none', names: [], dns: [], extraHosts: [] },
  });
  const late = () =>
    new GopdaterError('ENGINE_TIMEOUT', `The helper container that reads ${projectDirectory} does not end.`, {
      hint: 'Look whether “docker ps” answers; if it does not, restart the engine.',
    });
  const run = async (ended: AbortSignal) => await runContainer(spec, { engine, signal: ended });
  const { lines } = await limitTime(run, { clock, limitMs, late, signal }).catch((cause: unknown) => {
    const { code, message } = toGopdaterError(cause);
    if (code !== 'ENGINE_FAILED') throw cause;
    throw new GopdaterError(
      'PROJECT_NOT_VISIBLE',
      `${projectDirectory} is not mounted here, and a helper container cannot have it either: ${message}`,
      { hint: `${movedHint} ${mountHint(projectDirectory)}`, cause },
    );
  });
  const answers = lines.flatMap(({ output, text }) => (output === 'stdout' ? (parseLoadAnswer(text) ?? []) : []));
  const [answer] = answers;
  if (answer === undefined) throw noAnswer(projectDirectory, lines);
  if ('project' in answer) return answer.project;
  const { error, missing } = answer;
  if (missing === undefined) throw error;
  throw new GopdaterError('PROJECT_NOT_VISIBLE', error.message, { hint: hintFor(missing), cause: error });

  function hintFor(file: string): string {
    const isSeen = (spec.mounts ?? []).some(({ target }) => isWithin(file, target));
    if (!isSeen) return mountHint(dirname(file));
    return (options.files.includes(file) ? undefined : error.hint) ?? movedHint;
  }
}

function noAnswer(directory: string, lines: readonly LogLine[]): GopdaterError {
  const last = lines.slice(-shownLines).map(({ text }) => text);
  return new GopdaterError(
    'PROJECT_NOT_VISIBLE',
    `A helper container was to read ${directory}, and failed: ${last.join('\n')}`,
    { hint: mountHint(directory) },
  );
}

const shownLines = 10;
