import type { Image } from '../docker/engine.ts';

type DescribedImage = Pick<Image, 'config' | 'labels'>;

/**
 * What differs between two images, in words: names of variables, never their values.
 *
 * @see OCI Image Configuration v1.1, "Properties"; OCI Image annotations, "Pre-Defined Annotation Keys"
 */
export function describeChanges(from: DescribedImage, to: DescribedImage): readonly string[] {
  const [before, after] = [from.config, to.config];
  return [
    ...listChange('environment', before.environment.map(nameOf), after.environment.map(nameOf)),
    ...changedValues(before.environment, after.environment),
    ...textChange('entrypoint', before.entrypoint.join(' '), after.entrypoint.join(' ')),
    ...textChange('command', before.command.join(' '), after.command.join(' ')),
    ...textChange('user', before.user, after.user),
    ...listChange('exposed ports', before.exposedPorts, after.exposedPorts),
    ...listChange('volumes', before.volumes, after.volumes),
    ...labelChanges(from.labels, to.labels),
    ...ageChange(before.created, after.created),
  ];
}

function nameOf(pair: string): string {
  return pair.split('=', 1)[0] ?? '';
}

function changedValues(before: readonly string[], after: readonly string[]): readonly string[] {
  const names = before.filter(pair => !after.includes(pair)).map(nameOf);
  const changed = after.filter(pair => !before.includes(pair) && names.includes(nameOf(pair))).map(nameOf);
  return changed.length === 0 ? [] : [`environment: other values of ${changed.join(', ')}.`];
}

function listChange(what: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const added = after.filter(item => !before.includes(item)).map(item => `+${item}`);
  const removed = before.filter(item => !after.includes(item)).map(item => `-${item}`);
  const all = [...added, ...removed];
  return all.length === 0 ? [] : [`${what}: ${all.join(', ')}.`];
}

function textChange(what: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${what}: ${quoted(before)} → ${quoted(after)}.`];
}

function labelChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(key =>
    key.startsWith('org.opencontainers.image.'),
  );
  return keys.flatMap(key => textChange(key, before[key] ?? '', after[key] ?? ''));
}

function ageChange(before: string | undefined, after: string | undefined): readonly string[] {
  const [older, newer] = [Date.parse(before ?? ''), Date.parse(after ?? '')];
  // Reproducible builds say that they were made at the beginning of time.
  if (!(older > 0 && newer > 0) || older === newer) return [];
  const minutes = Math.abs(newer - older) / 60_000;
  const distance =
    minutes < 120
      ? `${Math.ceil(minutes)} min`
      : minutes < 2_880
        ? `${Math.round(minutes / 60)} hours`
        : `${Math.round(minutes / 1_440)} days`;
  return [`made ${distance} ${newer > older ? 'after' : 'before'} the one that runs.`];
}

function quoted(text: string): string {
  return text === '' ? 'none' : `“${text}”`;
}
