import { GopdaterError } from '../errors.ts';
import type { CallOptions, ContainerNetwork, Engine } from './engine.ts';
import { mountOf } from './host-paths.ts';
import type { OwnContainer } from './own-container.ts';

/** On a container that updates gopdater itself: the service, `project/service`. */
export const selfUpdateLabel = 'gopdater.self-update';

/** What updates gopdater itself is started from. */
export interface SelfUpdateOptions extends CallOptions {
  readonly engine: Engine;
  readonly own: OwnContainer;
  /** `project/service` */
  readonly service: string;
  /** A program of our own image; it must remove its container when it is done. */
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** Where our own container keeps what must not be forgotten; the helper goes on with that. */
  readonly dataDirectory: string;
}

/**
 * Starts a container like our own: of the image that runs now, with the same mounts, environment and networks. The engine
 * starts it again whenever it ends, so that a crash or a restart of the machine cannot leave the update half done.
 *
 * @throws GopdaterError `ROLLOUT_FAILED` where it could not keep what comes of it; and the engine's
 */
export async function startSelfUpdate(options: SelfUpdateOptions): Promise<void> {
  const { engine, own, service, command, workingDirectory, dataDirectory, signal } = options;
  const details = await own.details({ signal });
  if (details === undefined) {
    throw new GopdaterError('ROLLOUT_FAILED', 'The engine does not know the container that gopdater runs in.', {
      hint: 'Update gopdater by hand where it runs.',
    });
  }
  const data = mountOf(dataDirectory, details.mounts);
  if (data === undefined || data.type === 'other') {
    throw new GopdaterError('ROLLOUT_FAILED', `${dataDirectory} is in no volume, and goes with gopdater’s container.`, {
      hint: `Add a volume to the gopdater service: “- gopdater:${dataDirectory}”.`,
    });
  }
  const id = await engine.createContainer({
    image: details.imageId,
    command,
    workingDirectory,
    environment: Object.fromEntries(details.settings.environment.map(splitPair)),
    labels: { [selfUpdateLabel]: service },
    volumesFrom: details.id,
    network: withoutNames(details.network),
    rights: details.rights,
    restart: 'unless-stopped',
  });
  try {
    await engine.startContainer(id);
  } catch (error) {
    await engine.removeContainer(id, { force: true }).catch(() => {});
    throw error;
  }
}

/** A mode that is no network says all. */
function withoutNames(network: ContainerNetwork): ContainerNetwork {
  const { mode } = network;
  return mode === 'host' || mode === 'none' || mode.startsWith('container:') ? { ...network, names: [] } : network;
}

function splitPair(pair: string): readonly [string, string | undefined] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [pair, undefined] : [pair.slice(0, equals), pair.slice(equals + 1)];
}
