import { EngineError } from '../../errors.ts';
import { compareVersions } from '../api-version.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import { emitPrune } from '../state/emit-prune.ts';
import { pruneContainers, pruneImages, pruneNetworks, pruneVolumes } from '../state/prune.ts';
import { booleanFilter, type Filters } from '../wire/filters.ts';
import { parsePruneFilters } from '../wire/prune-filters.ts';

export const pruneRoutes: readonly Route[] = [
  { method: 'POST', path: '/containers/prune', handle: containers },
  { method: 'POST', path: '/networks/prune', handle: networks },
  { method: 'POST', path: '/volumes/prune', handle: volumes },
  { method: 'POST', path: '/images/prune', handle: images },
  { method: 'POST', path: '/build/prune', handle: builds },
];

function containers({ state, query }: RouteCall): Reply {
  const { mayGo } = parsePruneFilters(query.filters, { nowMs: state.clock.now() });
  const { removed, reclaimedBytes } = pruneContainers(state, mayGo);
  return json({ ContainersDeleted: orNull(removed), SpaceReclaimed: reclaimedBytes });
}

function networks({ state, query }: RouteCall): Reply {
  const { mayGo } = parsePruneFilters(query.filters, { nowMs: state.clock.now() });
  return json({ NetworksDeleted: orNull(pruneNetworks(state, mayGo).removed) });
}

/** Only those that nobody has named, unless all are asked for or the client is older than that. */
function volumes({ state, query, version }: RouteCall): Reply {
  const { filters, mayGo } = parsePruneFilters(query.filters, { nowMs: state.clock.now(), others: ['all'] });
  const all = isAll(filters) || compareVersions(version, '1.42') < 0;
  const { removed, reclaimedBytes } = pruneVolumes(state, mayGo, { all });
  return json({ VolumesDeleted: removed, SpaceReclaimed: reclaimedBytes });
}

function images({ state, query }: RouteCall): Reply {
  const { filters, mayGo } = parsePruneFilters(query.filters, {
    nowMs: state.clock.now(),
    others: ['until', 'dangling'],
  });
  const onlyDangling = booleanFilter(filters, 'dangling') ?? true;
  const { removed, reclaimedBytes } = pruneImages(state, mayGo, { onlyDangling });
  return json({ ImagesDeleted: orNull(removed), SpaceReclaimed: reclaimedBytes });
}

/** The fake builds nothing, so nothing is kept. */
function builds({ state }: RouteCall): Reply {
  emitPrune(state, 'builder', 0);
  return json({ CachesDeleted: null, SpaceReclaimed: 0 });
}

function orNull<T>(list: readonly T[]): readonly T[] | null {
  return list.length > 0 ? list : null;
}

function isAll(filters: Filters): boolean {
  const [text] = filters.get('all') ?? [];
  if (text === undefined) return false;
  if (['1', 't', 'T', 'true', 'TRUE', 'True'].includes(text)) return true;
  if (['0', 'f', 'F', 'false', 'FALSE', 'False'].includes(text)) return false;
  throw new EngineError(400, `invalid filter 'all': strconv.ParseBool: parsing "${text}": invalid syntax`);
}
