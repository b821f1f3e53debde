import { hostName } from '../engine-profile.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import type { EngineState } from '../state/engine-state.ts';
import { eventStream } from '../wire/event-stream.ts';
import { eventFilters, eventView, isWanted } from '../wire/event-view.ts';
import { parseFilters } from '../wire/filters.ts';
import { swarmInfoView } from '../wire/swarm-view.ts';
import { formatTime, parseMoment } from '../wire/time.ts';

export const systemRoutes: readonly Route[] = [
  { method: 'GET', path: '/_ping', handle: ({ state }) => ping(state, 'OK') },
  { method: 'HEAD', path: '/_ping', handle: ({ state }) => ping(state, '') },
  { method: 'GET', path: '/version', handle: ({ state }) => json(versionView(state)) },
  { method: 'GET', path: '/info', handle: ({ state }) => json(infoView(state)) },
  { method: 'GET', path: '/events', handle: events },
];

function ping({ swarm }: EngineState, body: string): Reply {
  const headers = {
    'Builder-Version': '2',
    'Cache-Control': 'no-cache, no-store, must-revalidate',
    'Content-Type': 'text/plain; charset=utf-8',
    Pragma: 'no-cache',
    Swarm: swarm ? 'active/manager' : 'inactive',
  };
  return { kind: 'text', headers, body };
}

function versionView({ profile }: EngineState): Record<string, unknown> {
  const { version, apiVersion, minApiVersion } = profile;
  const common = {
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    GitCommit: 'fake',
    GoVersion: 'none',
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: '6.1.0',
    BuildTime: '2026-01-01T00:00:00.000000000+00:00',
  };
  return {
    Platform: { Name: 'fake-docker' },
    Components: [{ Name: 'Engine', Version: version, Details: { ...common, Experimental: 'false' } }],
    Version: version,
    ...common,
  };
}

function infoView(state: EngineState): Record<string, unknown> {
  const statuses = [...state.containers.values()].map(container => container.state.status);
  const count = (...wanted: readonly string[]): number => statuses.filter(status => wanted.includes(status)).length;
  return {
    ID: 'fa4ed0c4-0000-4000-8000-000000000000',
    Containers: statuses.length,
    ContainersRunning: count('running', 'restarting'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('created', 'exited'),
    Images: state.images.all().length,
    Driver: state.imageStore === 'containerd' ? 'overlayfs' : 'overlay2',
    DriverStatus: state.imageStore === 'containerd' ? [['driver-type', 'io.containerd.snapshotter.v1']] : [],
    Plugins: {
      Volume: ['local'],
      Network: ['bridge', 'host', 'null', 'overlay'],
      Authorization: null,
      Log: ['json-file'],
    },
    MemoryLimit: true,
    SwapLimit: true,
    SystemTime: formatTime(state.clock.now()),
    LoggingDriver: 'json-file',
    CgroupDriver: 'systemd',
    CgroupVersion: '2',
    KernelVersion: '6.1.0',
    OperatingSystem: 'fake-docker',
    OSType: 'linux',
    Architecture: 'x86_64',
    IndexServerAddress: 'https://index.docker.io/v1/',
    NCPU: 2,
    MemTotal: 4_294_967_296,
    DockerRootDir: '/var/lib/docker',
    Name: hostName,
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: state.profile.version,
    Runtimes: { runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: swarmInfoView(state),
    LiveRestoreEnabled: false,
    SecurityOptions: ['name=seccomp,profile=builtin'],
    Warnings: null,
  };
}

function events({ state, query, signal }: RouteCall): Reply {
  const filters = parseFilters(query.filters, eventFilters);
  const range = { sinceMs: parseMoment(query.since), untilMs: parseMoment(query.until) };
  const stream = eventStream(state.events, range, state.clock, signal);
  const items = async function* (): AsyncGenerator<unknown> {
    for await (const event of stream) if (isWanted(event, filters)) yield eventView(event);
  };
  return { kind: 'stream', items: items(), separator: '\n' };
}
