import type { Recording } from './play-scenario.ts';
import { at, type Exchange, isList, isMap, type Json, type Transcript } from './transcript.ts';

/** What differs each time although the engine does the same, and why. What replaces it still says what kind of thing it is. */
interface TextRule {
  readonly reason: string;
  readonly replace: (text: string, facts: Facts) => string;
}

/** About one value, by its key. */
interface LeafRule {
  readonly reason: string;
  readonly keys: readonly string[];
  /** Only in answers to requests that end so. */
  readonly in?: RegExp;
  readonly replace: (value: Json, facts: Facts) => Json;
}

/** About the order, or the number, of the elements of a list. */
interface ListRule {
  readonly reason: string;
  readonly arrange: (items: readonly Json[]) => readonly Json[];
}

interface Facts extends Recording {
  readonly request: string;
  /** Ids of this exchange that nobody has named, in the order they appear. */
  readonly unnamed: Map<string, string>;
}

const textRules: readonly TextRule[] = [
  {
    reason: 'Where an engine keeps its data is its host’s business.',
    replace: (text, { rootDirectory }) => text.replaceAll(rootDirectory, '<root>'),
  },
  {
    reason: 'So is where it keeps what it needs while it runs.',
    replace: text => text.replace(/^\/[^:]*\/netns\/(?:[0-9a-f]{12}|default)$/, '<netns>'),
  },
  {
    reason: 'Tokens to join a swarm are secrets.',
    replace: text => text.replace(/\bSWMTKN-1-[0-9a-z]+-[0-9a-z]+/g, '<token>'),
  },
  {
    reason: 'A port is bound for IPv4 and IPv6, and either may be the first that is found taken.',
    replace: text => text.replace(/\bBind for (?:0\.0\.0\.0|::):(?=\d+ failed)/g, 'Bind for <any address>:'),
  },
  {
    reason: 'It unpacks archives in a folder of a new name.',
    replace: text => text.replace(/(?<=\/docker-import-)\d+/g, '<number>'),
  },
  {
    reason: 'Ids and digests are random, or made from bytes of a program that only a real engine needs.',
    replace: (text, facts) =>
      text
        .replace(/(?:sha256:)?\b[0-9a-f]{64}\b/g, id => idName(id, facts))
        .replace(/(?<![0-9a-zA-Z])[0-9a-f]{12}(?![0-9a-zA-Z])/g, short => shortName(short, facts))
        .replace(/\b(?=[a-z]*\d)[0-9a-z]{25}\b/g, id => idName(id, facts)),
  },
  {
    reason: 'Time passes. A time from before the scenario stays.',
    replace: (text, facts) =>
      text
        .replace(/\b\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)/g, time =>
          isNow(Date.parse(time), facts) ? '<time>' : time,
        )
        .replace(/(?<=Up |\) )(?:Less than a second|\d+ seconds?|About a minute)(?= ago|$| \()/g, '<duration>'),
  },
  {
    reason: 'Time passes, also in an error that names it.',
    replace: text => text.replace(/\b\d{10}\.\d{3,9}\b/g, '<seconds>'),
  },
  {
    reason:
      'Which address is free depends on who else is there; the gateway’s is always the first. After fourteen networks of 16 bits an engine gives some of 20.',
    replace: text =>
      text
        .replace(/\b172\.\d+\.(\d+)\.(\d+)\b/g, (_, third, fourth) => addressName(Number(third), Number(fourth)))
        .replace(/\b192\.168\.(\d+)\.(\d+)\b/g, (_, third, fourth) => addressName(Number(third) % 16, Number(fourth)))
        .replace(/(?<=<(?:subnet|gateway|ip)>\/)(?:16|20)\b/g, '<prefix>'),
  },
  {
    reason: 'The kernel counts processes, which start at some time of the day, in what “top” prints of them.',
    replace: text =>
      text.replace(/^(.*root) {2}\d+ {2}\d+ {2}\d+ {2}\d\d:\d\d(?= {2})/, '$1  <pid>  <pid>  <cpu>  <time>'),
  },
  {
    reason: 'Hardware addresses are random since 28.0.',
    replace: text => text.replace(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, '<mac>'),
  },
  {
    reason: 'A manifest names the size of its layers, and those of a real engine are larger.',
    replace: text => text.replace(/(?<=: digest: <[^>]*> size: )\d+/g, '<size>'),
  },
  {
    reason: 'A distribution adds a suffix of its own to the version.',
    replace: text => text.replace(/\b(\d\d\.\d+\.\d+)[+~][\w.+~]+/g, '$1'),
  },
];

const leafRules: readonly LeafRule[] = [
  {
    reason: 'Time passes.',
    keys: ['time', 'timeNano', 'Created'],
    replace: (value, facts) => (typeof value === 'number' && isNow(inMs(value), facts) ? '<time>' : value),
  },
  {
    reason: 'Time passes.',
    keys: ['date'],
    replace: value => (Number.isNaN(Date.parse(String(value))) ? value : '<time>'),
  },
  {
    reason: 'How long a process ran is counted in whole seconds.',
    keys: ['execDuration'],
    replace: value => (/^\d+$/.test(String(value)) ? '<seconds>' : value),
  },
  {
    reason: 'Which port is free depends on who else is there.',
    keys: ['HostPort', 'PublicPort'],
    replace: value => (Number(value) >= 32_768 ? '<port>' : value),
  },
  {
    reason: 'How large a network is depends on how many there were before.',
    keys: ['IPPrefixLen'],
    replace: value => (value === 16 || value === 20 ? '<prefix>' : value),
  },
  { reason: 'A swarm counts all that happens in it.', keys: ['Index'], replace: positive('<index>') },
  { reason: 'The kernel counts processes.', keys: ['Pid', 'PID'], replace: positive('<pid>') },
  {
    reason: 'What is in a layer of a real engine is larger.',
    keys: ['Size', 'VirtualSize', 'SizeRw', 'SizeRootFs', 'SharedSize', 'size', 'SpaceReclaimed'],
    replace: positive('<size>'),
  },
  {
    reason: 'So is what goes away with it.',
    keys: ['reclaimed'],
    replace: value => (Number(value) > 0 ? '<size>' : value),
  },
  {
    reason: 'A layer of a real engine takes longer.',
    keys: ['progress', 'progressDetail'],
    replace: value => (typeof value === 'string' || (isMap(value) && 'total' in value) ? '<progress>' : value),
  },
  {
    reason: 'An image tells in its comment what its containers do on the fake.',
    keys: ['Comment'],
    replace: value => (typeof value === 'string' && value.startsWith('{') ? '<behaviour>' : value),
  },
  {
    reason: 'It changes with all of the above.',
    keys: ['content-length'],
    replace: value => (value === '0' ? value : '<length>'),
  },
  {
    reason: 'The host has cgroups of version 1 or 2, and the engine’s default goes by it.',
    keys: ['CgroupnsMode'],
    replace: value => (value === 'host' || value === 'private' ? '<cgroup mode>' : value),
  },
  {
    reason: 'With cgroups of version 2 there is none.',
    keys: ['OomKillDisable'],
    replace: value => (value === false || value === null ? '<false, or null>' : value),
  },
];

/** What an engine says of itself. */
const self = /\/(info|version)$/;
const host = [
  ...[
    'KernelVersion',
    'OperatingSystem',
    'OSVersion',
    'OSType',
    'Architecture',
    'Arch',
    'MemTotal',
    'NCPU',
    'CgroupDriver',
  ],
  ...['CgroupVersion', 'SecurityOptions', 'Address', 'DriverStatus', 'Mirrors', 'Warnings', 'CPUShares', 'CPUSet'],
  ...['KernelMemoryTCP', 'CpuCfsPeriod', 'CpuCfsQuota', 'PidsLimit', 'MemoryLimit', 'SwapLimit', 'IPv4Forwarding'],
  'FirewallBackend',
];
const build = ['GitCommit', 'GoVersion', 'BuildTime', 'Commit', 'Expected', 'org.opencontainers.runtime-spec.features'];

const hostRules: readonly LeafRule[] = [
  { reason: 'What the host is and can.', keys: host, in: self, replace: value => `<host’s ${kindOf(value)}>` },
  {
    reason: 'What it was built from, and by whom.',
    keys: build,
    in: self,
    replace: value => `<build’s ${kindOf(value)}>`,
  },
  {
    reason: 'With what other programs it works.',
    keys: ['Version'],
    in: self,
    replace: value => (/^\d\d\.\d+\.\d+/.test(String(value)) ? value : '<version>'),
  },
  {
    reason: 'Its own name and id are the host’s.',
    keys: ['ID', 'Name'],
    in: /\/info$/,
    replace: (value, { rootDirectory }) => (typeof value === 'string' && rootDirectory !== value ? '<own>' : value),
  },
  {
    reason: 'How busy it is.',
    keys: ['NFd', 'NGoroutines', 'NEventsListener', 'Images'],
    in: /\/info$/,
    replace: value => (typeof value === 'number' ? '<number>' : value),
  },
];

const listRules: readonly ListRule[] = [
  {
    reason: 'Whether and how often a progress is told depends on how long it takes.',
    arrange: items => items.filter(item => !isProgress(item)),
  },
  {
    reason: 'A transfer tells of it only if it takes a while: who listens hears of the latest only.',
    arrange: items => items.filter(item => !isOnTheWay(item)),
  },
  {
    reason: 'Mounts and networks of a container have no order inside the engine, which goes through a map of them.',
    arrange: items =>
      sortNeighbours(
        items,
        (first, second) =>
          isUseOf(first, second) &&
          at(first, '/Actor/Attributes/container') === at(second, '/Actor/Attributes/container'),
      ),
  },
  {
    reason: 'Whether the end of a check that was killed is told, and with which status, is a race inside the engine.',
    arrange: items => items.filter(item => !isProbe(item) || !isKilled(item)),
  },
  {
    reason: 'When and how often a health check is done between other things depends on how fast they are.',
    arrange: items => {
      const probes = items.filter(isProbe);
      const isFirst = (probe: Json, index: number): boolean =>
        probes.findIndex(other => isEqual(other, probe)) === index;
      return [...items.filter(item => !isProbe(item)), ...probes.filter(isFirst)];
    },
  },
  {
    reason: 'A health check that waits for what an exec does ends beside it.',
    arrange: items =>
      swapNeighbours(
        items,
        (first, second) => isHealthStatus(first) && isEvent(second, 'exec_die') && isSameActor(first, second),
      ),
  },
  {
    reason: 'Whether the end of a process is told before or after its stop is a race inside the engine.',
    arrange: items =>
      swapNeighbours(
        items,
        (first, second) => isEvent(first, 'die') && isEvent(second, 'stop') && isSameActor(first, second),
      ),
  },
];

/** A transcript in the form that is the same whenever the engine does the same. */
export function normalise(recording: Recording): Transcript {
  const { exchanges, events } = recording.transcript;
  const inOne = <T>(request: string, change: (facts: Facts) => T): T =>
    change({ ...recording, request, unnamed: new Map() });
  return {
    exchanges: exchanges.map(exchange => inOne(exchange.request, facts => normaliseExchange(exchange, facts))),
    events: arrange(events.map(event => inOne('', facts => normaliseValue(event, facts)))),
  };
}

function normaliseExchange({ request, status, headers, answer }: Exchange, facts: Facts): Exchange {
  const isText = (value: Json): value is string => typeof value === 'string';
  return {
    request,
    status,
    headers: Object.fromEntries(
      Object.entries(headers)
        .map(([name, value]) => [name, normaliseLeaf(name, value, facts)] as const)
        .filter((pair): pair is [string, string] => isText(pair[1]))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    ),
    answer: normaliseValue(answer, facts),
  };
}

function normaliseValue(value: Json, facts: Facts, key = ''): Json {
  const whole = normaliseLeaf(key, value, facts);
  if (isList(whole)) return arrange(orderMap(whole).map(item => normaliseValue(item, facts)));
  if (!isMap(whole)) return whole;
  // Ids that have a name come in its order, or what is unnamed below them would be numbered by chance.
  const entries = Object.entries(whole).sort(([a], [b]) => (a < b ? -1 : 1));
  const named = entries.map(([name, one]) => [replaceText(name, facts), name, one] as const);
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([shown, name, one]) => [shown, normaliseValue(one, facts, name)]));
}

function normaliseLeaf(key: string, value: Json, facts: Facts): Json {
  const rule = [...leafRules, ...hostRules].find(
    ({ keys, in: where }) => keys.includes(key) && (where?.test(facts.request) ?? true),
  );
  const replaced = rule?.replace(value, facts) ?? value;
  return typeof replaced === 'string' ? replaceText(replaced, facts) : replaced;
}

function replaceText(text: string, facts: Facts): string {
  return textRules.reduce((sofar, { replace }) => replace(sofar, facts), text);
}

function arrange(items: readonly Json[]): readonly Json[] {
  return listRules.reduce((sofar, { arrange }) => arrange(sofar), items);
}

function idName(id: string, { names, unnamed }: Facts): string {
  const name = names.get(id) ?? names.get(id.replace('sha256:', ''));
  if (name !== undefined) return `<${name}>`;
  const known = unnamed.get(id) ?? `<id ${unnamed.size + 1}>`;
  unnamed.set(id, known);
  return known;
}

/** Of what has a name, or of a layer. */
function shortName(short: string, facts: Facts): string {
  const whole = [...facts.names].find(([id]) => id.replace('sha256:', '').startsWith(short));
  return whole ? `<short ${whole[1]}>` : idName(short, facts);
}

/** By the last bytes of it, without the bits of the network. */
function addressName(third: number, fourth: number): string {
  return ['<subnet>', '<gateway>'][256 * third + fourth] ?? '<ip>';
}

function isNow(ms: number, { startMs, endMs }: Facts): boolean {
  // The engine leaves out parts of seconds in some places.
  return ms >= startMs - 1000 && ms <= endMs + 1000;
}

/** Seconds or nanoseconds. */
function inMs(value: number): number {
  return value > 1e15 ? value / 1e6 : value * 1000;
}

function kindOf(value: Json): string {
  if (value === null) return 'null';
  return isList(value) ? 'list' : typeof value;
}

function positive(replacement: string): (value: Json) => Json {
  return value => (typeof value === 'number' && value > 0 ? replacement : value);
}

const onTheWay = ['Pulling fs layer', 'Waiting', 'Verifying Checksum', 'Download complete'];

function isOnTheWay(item: Json): boolean {
  if (!isMap(item)) return false;
  return onTheWay.includes(String(item.status)) || at(item, '/progressDetail/units') === 's';
}

function isProgress(item: Json): boolean {
  if (!isMap(item)) return false;
  return item.progress === '<progress>' || (item.status === 'Downloading' && 'progressDetail' in item);
}

/** The engine’s own exec, which nobody has named. */
function isProbe(item: Json): boolean {
  return isMap(item) && /^exec_/.test(String(item.Action)) && /^<id/.test(String(at(item, '/Actor/Attributes/execID')));
}

function isEqual(a: Json | undefined, b: Json | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Also one of which only its action is recorded. */
function isEvent(event: Json, action: string): boolean {
  return event === action || (isMap(event) && event.Action === action);
}

function isHealthStatus(event: Json): boolean {
  return isMap(event) && String(event.Action).startsWith('health_status: ');
}

function isSameActor(a: Json, b: Json): boolean {
  return isMap(a) && isMap(b) ? a.id === b.id : !isMap(a) && !isMap(b);
}

/** 137 is the status of SIGKILL, 127 the engine’s for what it does not know. */
function isKilled(event: Json): boolean {
  return isEvent(event, 'exec_die') && ['127', '137'].includes(String(at(event, '/Actor/Attributes/exitCode')));
}

/** Whether both tell that a container begins, or ends, to use something of the same kind. */
function isUseOf(first: Json, second: Json): boolean {
  if (!isMap(first) || !isMap(second) || !['volume', 'network'].includes(String(first.Type))) return false;
  const isSame = first.Type === second.Type && first.Action === second.Action;
  return isSame && at(first, '/Actor/Attributes/container') !== undefined;
}

/** What the engine keeps in a map, and what tells its elements apart. */
const maps: readonly ((item: Json) => Json | undefined)[] = [
  // Mounts of a container.
  item => (isMap(item) && 'RW' in item ? item.Destination : undefined),
  // Ports of a container.
  item => (isMap(item) && 'PrivatePort' in item ? `${item.PrivatePort}/${item.Type} ${item.IP}` : undefined),
  // Volumes.
  item => (isMap(item) && 'Mountpoint' in item ? item.Name : undefined),
  // Tasks of a service.
  item => (isMap(item) && 'DesiredState' in item ? `${item.ServiceID} ${item.Slot}` : undefined),
];

/** Before ids are numbered in the order they appear. */
function orderMap(items: readonly Json[]): readonly Json[] {
  const keyOf = maps.find(key => items.length > 1 && items.every(item => key(item) !== undefined));
  if (!keyOf) return items;
  return [...items].sort((a, b) => (String(keyOf(a)) < String(keyOf(b)) ? -1 : 1));
}

/** Neighbours that have no order of their own get one. */
function sortNeighbours(items: readonly Json[], areAlike: (first: Json, second: Json) => boolean): readonly Json[] {
  const runs: Json[][] = [];
  for (const item of items) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last !== undefined && areAlike(last, item)) run.push(item);
    else runs.push([item]);
  }
  const text = (item: Json): string => JSON.stringify(item);
  return runs.flatMap(run => (run.length === 1 ? run : run.sort((a, b) => (text(a) < text(b) ? -1 : 1))));
}

function swapNeighbours(items: readonly Json[], isWrong: (first: Json, second: Json) => boolean): readonly Json[] {
  const sorted = [...items];
  sorted.forEach((first, index) => {
    const second = sorted[index + 1];
    if (second !== undefined && isWrong(first, second)) sorted.splice(index, 2, second, first);
  });
  return sorted;
}
