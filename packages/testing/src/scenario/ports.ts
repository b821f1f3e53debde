import { act, create, filters, get, inspect, type Scenario, started } from '../conformance/scenario.ts';
import { web } from './programs.ts';

const publish = (port: string, hostPort: string, hostIp?: string): Readonly<Record<string, unknown>> => ({
  ExposedPorts: { [port]: {} },
  HostConfig: { PortBindings: { [port]: [{ ...(hostIp !== undefined && { HostIp: hostIp }), HostPort: hostPort }] } },
});

export const portScenarios: readonly Scenario[] = [
  {
    name: 'port-taken',
    images: { 'port-taken/web:1': web },
    steps: [
      create('port-taken.first', 'port-taken/web:1', publish('80/tcp', '18101')),
      create('port-taken.second', 'port-taken/web:1', publish('80/tcp', '18101')),
      create('port-taken.hidden', 'port-taken/web:1', { ...publish('80/tcp', '18101'), ExposedPorts: {} }),
      ...started('port-taken.first'),
      act('port-taken.second', 'start'),
      inspect('port-taken.second', '/State'),
      inspect('port-taken.second', '/NetworkSettings/Networks'),
      get(`/containers/json?all=1&${filters({ name: ['port-taken.second'] })}`),
      act('port-taken.hidden', 'start'),
      inspect('port-taken.hidden', '/NetworkSettings/Ports'),
      act('port-taken.first', 'stop'),
      act('port-taken.second', 'start'),
      inspect('port-taken.second', '/State'),
      inspect('port-taken.first', '/NetworkSettings/Ports'),
    ],
  },
  {
    name: 'port-kinds',
    images: { 'port-kinds/web:1': { ...web, exposedPorts: ['80/tcp', '81/tcp'] } },
    steps: [
      create('port-kinds.local', 'port-kinds/web:1', publish('80/tcp', '18111', '127.0.0.1')),
      act('port-kinds.local', 'start'),
      inspect('port-kinds.local', '/NetworkSettings/Ports'),
      inspect('port-kinds.local', '/HostConfig/PortBindings'),
      inspect('port-kinds.local', '/Config/ExposedPorts'),
      get(`/containers/json?${filters({ name: ['port-kinds.local'] })}`, { show: '/0/Ports' }),
      create('port-kinds.udp', 'port-kinds/web:1', publish('53/udp', '18112')),
      act('port-kinds.udp', 'start'),
      inspect('port-kinds.udp', '/NetworkSettings/Ports'),
      get(`/containers/json?${filters({ name: ['port-kinds.udp'] })}`, { show: '/0/Ports' }),
      create('port-kinds.any', 'port-kinds/web:1', publish('80/tcp', '')),
      act('port-kinds.any', 'start'),
      inspect('port-kinds.any', '/NetworkSettings/Ports'),
      create('port-kinds.range', 'port-kinds/web:1', publish('80/tcp', '18113-18115')),
      act('port-kinds.range', 'start'),
      inspect('port-kinds.range', '/NetworkSettings/Ports'),
      create('port-kinds.bad', 'port-kinds/web:1', publish('80/tcp', 'x')),
      create('port-kinds.bad', 'port-kinds/web:1', publish('x/tcp', '18116')),
      create('port-kinds.all', 'port-kinds/web:1', { HostConfig: { PublishAllPorts: true } }),
      act('port-kinds.all', 'start'),
      inspect('port-kinds.all', '/NetworkSettings/Ports'),
    ],
  },
];
