import type { EngineEvent } from '../state/event-bus.ts';
import { type Filters, hasLabels, type KnownFilters, passes } from './filters.ts';

export const eventFilters: KnownFilters = {
  modelled: [
    ...['container', 'event', 'image', 'label', 'network', 'scope', 'type', 'volume'],
    ...['config', 'node', 'secret', 'service'],
  ],
  others: ['daemon', 'plugin'],
  isOpen: true,
};

/** One line of `GET /events`; `status`, `id` and `from` are what older clients read. */
export function eventView({ type, action, id, attributes, timeMs, scope }: EngineEvent): Record<string, unknown> {
  return {
    ...((type === 'container' || type === 'image') && { status: action, ...(id !== '' && { id }) }),
    ...(type === 'container' && attributes.image !== undefined && { from: attributes.image }),
    Type: type,
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: scope ?? 'local',
    time: Math.floor(timeMs / 1000),
    timeNano: timeMs * 1_000_000,
  };
}

export function isWanted({ type, action, id, attributes, scope = 'local' }: EngineEvent, filters: Filters): boolean {
  const isActor = (wanted: string): boolean => id === wanted || id.startsWith(wanted) || attributes.name === wanted;
  return (
    hasLabels(filters, attributes) &&
    passes(filters, 'type', value => value === type) &&
    passes(filters, 'event', value => action === value || action.startsWith(`${value}: `)) &&
    passes(filters, 'scope', value => value === scope) &&
    passes(filters, 'container', value => type === 'container' && isActor(value)) &&
    passes(filters, 'image', value => isImage(type === 'image' ? id : attributes.image, value, attributes.name)) &&
    passes(filters, 'network', value => type === 'network' && isActor(value)) &&
    (['volume', 'node', 'service', 'secret', 'config'] as const).every(name =>
      passes(filters, name, value => type === name && isActor(value)),
    )
  );
}

/** By reference, or by repository. */
function isImage(reference: string | undefined, wanted: string, name: string | undefined): boolean {
  if (reference === undefined) return false;
  return reference === wanted || name === wanted || reference.replace(/:[^:/]+$/, '') === wanted;
}
