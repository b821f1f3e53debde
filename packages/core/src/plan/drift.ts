import type { ComposeService } from '../compose/project.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { Container, ContainerDetails } from '../docker/engine.ts';
import type { ImageConfig } from '../image/image-config.ts';
import { objectOf, textOf } from '../json.ts';

/** The files say something else than what runs: an update would change more than the image. */
export interface Drift {
  /** What differs, as far as the container shows it: names, never values. */
  readonly differences: readonly string[];
  /** The version of Compose that made the container, where it is not this one. */
  readonly madeBy: string | undefined;
}

/**
 * Whether the container was made with what the files say now, by the hash that Compose itself wrote on it.
 *
 * @param hash  what Compose would write now; `undefined` where it cannot tell
 */
export function hasDrifted({ labels }: Container, hash: string | undefined): boolean {
  const written = labels[composeLabels.configHash];
  return hash !== undefined && written !== undefined && written !== hash;
}

/**
 * True when the hash of a service means the same before and after an update of this service alone.
 *
 * Compose before 2.30 hashes `depends_on`, which `--no-deps` cuts off; and where a service lives in another's namespace,
 * the label has the hash of that container's id. Of what `label_file` brings, “config --hash” knows nothing.
 */
export function hasStableHash({ attributes, dependsOn }: ComposeService, composeVersion: string): boolean {
  const modes = [attributes.network_mode, attributes.pid, attributes.ipc].map(String);
  if (modes.some(mode => mode.startsWith('service:')) || attributes.volumes_from !== undefined) return false;
  if (attributes.label_file !== undefined) return false;
  return !isBefore230(composeVersion) || (dependsOn.length === 0 && attributes.profiles === undefined);
}

/** Where Compose hashes `depends_on` and `profiles`, too. */
export function isBefore230(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 2 || (major === 2 && minor < 30);
}

/** Names what differs between a container and the files; a setting that the container does not show is not found. */
export function describeDrift(
  service: ComposeService,
  {
    container,
    details,
    image,
    composeVersion,
  }: {
    readonly container: Container;
    readonly details: ContainerDetails;
    readonly image: ImageConfig | undefined;
    readonly composeVersion: string;
  },
): Drift {
  const madeBy = container.labels[composeLabels.version];
  const { settings } = details;
  const { attributes } = service;
  return {
    differences: [
      ...compareEnvironment(attributes.environment, settings.environment, image?.environment ?? []),
      ...compareLabels(service.labels, settings.labels),
      ...comparePorts(attributes.ports, settings.ports),
      ...compareMounts(attributes.volumes, settings.mounts),
      ...compareText('command', wordsOf(attributes.command), settings.command, image?.command),
      ...compareText('entrypoint', wordsOf(attributes.entrypoint), settings.entrypoint, image?.entrypoint),
      ...(String(attributes.restart ?? 'no').split(':')[0] === settings.restart ? [] : ['restart']),
      ...((textOf(attributes.user) ?? image?.user ?? '') === settings.user ? [] : ['user']),
    ],
    madeBy: madeBy === composeVersion ? undefined : madeBy,
  };
}

/** e.g. `environment LOG_LEVEL, ports`; or that it is none of what a container shows. */
export function formatDrift({ differences }: Drift): string {
  return differences.length > 0
    ? differences.join(', ')
    : 'something that the container does not show, such as deploy, healthcheck or networks';
}

function compareEnvironment(
  wanted: unknown,
  running: readonly string[],
  ofImage: readonly string[],
): readonly string[] {
  const inFiles = new Map(
    Object.entries(objectOf(wanted)).flatMap(([key, value]) => (value === null ? [] : [[key, String(value)] as const])),
  );
  const inContainer = pairsOf(running);
  const inImage = pairsOf(ofImage);
  const keys = new Set([...inFiles.keys(), ...inContainer.keys()]);
  return [...keys]
    .filter(key => {
      const value = inFiles.get(key) ?? inImage.get(key);
      // Docker adds these by itself, as its client’s config.json says.
      return inContainer.get(key) !== value && !/_proxy$/i.test(key);
    })
    .map(key => `environment ${key}`);
}

function pairsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    lines.map(line => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

/** A label that only the container has may be its image’s, and says nothing. */
function compareLabels(
  wanted: Readonly<Record<string, string>>,
  running: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(wanted)
    .filter(([key, value]) => running[key] !== value)
    .map(([key]) => `label ${key}`);
}

function comparePorts(wanted: unknown, running: readonly string[]): readonly string[] {
  const inFiles = (Array.isArray(wanted) ? wanted : []).flatMap((port: unknown) => {
    const { published, target, protocol, host_ip: ip } = objectOf(port);
    if (published === undefined || published === '') return [];
    return [
      `${textOf(ip) === undefined ? '' : `${String(ip)}:`}${String(published)}:${String(target)}/${String(protocol)}`,
    ];
  });
  return isSame(inFiles, running) ? [] : ['ports'];
}

function compareMounts(wanted: unknown, running: readonly string[]): readonly string[] {
  const binds = (Array.isArray(wanted) ? wanted : []).flatMap((volume: unknown) => {
    const { source, target, type } = objectOf(volume);
    // What a named volume is called may be said elsewhere in the files; anonymous ones and tmpfs have no name.
    return type === 'bind' ? [`${String(source)}:${String(target)}`] : [];
  });
  return binds.filter(mount => !running.includes(mount)).map(mount => `volume ${mount}`);
}

function wordsOf(value: unknown): string | undefined {
  return Array.isArray(value) ? value.join(' ') : undefined;
}

function compareText(
  name: string,
  wanted: string | undefined,
  running: readonly string[],
  ofImage: readonly string[] | undefined,
): readonly string[] {
  const text = running.join(' ');
  if (wanted === undefined) return ofImage === undefined || text === ofImage.join(' ') ? [] : [name];
  return text === wanted ? [] : [name];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return [...a].sort().join('\n') === [...b].sort().join('\n');
}
