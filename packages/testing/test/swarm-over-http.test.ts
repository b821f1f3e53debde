import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeDocker } from '../src/index.ts';

/** On a machine that has much else to do. */
const soon = { timeout: 20_000 };
const swarmIdPattern = /^[0-9a-z]{25}$/;

/** What every object of a swarm begins with. */
const stamped = {
  ID: expect.stringMatching(swarmIdPattern),
  Version: { Index: expect.any(Number) },
  CreatedAt: expect.any(String),
  UpdatedAt: expect.any(String),
};

describe('dockerode and a swarm on the fake', () => {
  let docker: FakeDocker;
  let client: Docker;

  beforeEach(async () => {
    docker = await FakeDocker.start();
    client = new Docker({ socketPath: docker.socketPath });
    docker.registry.push('acme/web:v1', { version: 'v1' });
    docker.registry.push('acme/web:v2', { version: 'v2' });
  });
  afterEach(async () => {
    const { unsupported } = docker;
    await docker[Symbol.asyncDispose]();
    expect(unsupported).toEqual([]);
  });

  /** Status and message of a request that is refused. */
  const refused = async (work: Promise<unknown>): Promise<[number, string]> => {
    try {
      await work;
    } catch (error) {
      if (error instanceof Error && 'statusCode' in error && 'json' in error) {
        return [error.statusCode as number, (error.json as { message: string }).message];
      }
      throw error;
    }
    throw new Error('was not refused');
  };
  /** Status and JSON of an answer. */
  const api = async (method: string, path: string, body?: unknown): Promise<[number, unknown]> => {
    const sent = request({ socketPath: docker.socketPath, method, path });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    const text = (await buffer(response)).toString();
    return [response.statusCode ?? 0, text === '' ? undefined : JSON.parse(text)];
  };
  const service = (Name: string, ContainerSpec: object = { Image: 'acme/web:v1' }, more: object = {}) =>
    ({ Name, TaskTemplate: { ContainerSpec }, ...more }) as Docker.CreateServiceOptions;
  const initSwarm = () => client.swarmInit({ ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '10.0.0.9' });
  const running = async (name: string): Promise<Docker.Service> => {
    const { id } = await client.createService(service(name));
    await vi.waitFor(async () => {
      const [task] = await client.listTasks({ filters: { service: [name] } });
      expect(task).toMatchObject({ Status: { State: 'running' } });
    });
    return client.getService(id);
  };

  it('is no manager before it has begun one', async () => {
    const message =
      'This node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again.';
    for (const path of ['/services', '/tasks', '/nodes', '/secrets', '/configs', '/swarm']) {
      expect(await api('GET', path)).toEqual([503, { message }]);
    }
    expect(await refused(client.createNetwork({ Name: 'back', Driver: 'overlay' }))).toEqual([403, message]);
    expect(await api('POST', '/swarm/leave')).toEqual([503, { message: 'This node is not part of a swarm' }]);
  });

  it('says in every ping whether it is in one', async () => {
    const ping = async (): Promise<unknown> => {
      const [response] = (await once(request({ socketPath: docker.socketPath, path: '/_ping' }).end(), 'response')) as [
        IncomingMessage,
      ];
      await buffer(response);
      return response.headers.swarm;
    };
    expect(await ping()).toBe('inactive');
    await initSwarm();
    expect(await ping()).toBe('active/manager');
  });

  it('begins a swarm, shows it, and leaves it', async () => {
    const id = await initSwarm();
    expect(id).toMatch(swarmIdPattern);
    expect(await refused(initSwarm())).toEqual([
      503,
      'This node is already part of a swarm. Use "docker swarm leave" to leave this swarm and join another one.',
    ]);
    expect(await client.swarmInspect()).toMatchObject({
      ...stamped,
      Spec: { Name: 'default', Orchestration: { TaskHistoryRetentionLimit: 5 } },
      DefaultAddrPool: null,
      JoinTokens: { Worker: expect.stringMatching(/^SWMTKN-1-\w{50}-\w{25}$/), Manager: expect.any(String) },
    });
    expect(await client.listNodes()).toMatchObject([
      {
        ...stamped,
        ID: id,
        Spec: { Labels: {}, Role: 'manager', Availability: 'active' },
        Description: { Hostname: 'fake-docker' },
        Status: { State: 'ready', Addr: '10.0.0.9' },
        ManagerStatus: { Leader: true, Reachability: 'reachable', Addr: '10.0.0.9:2377' },
      },
    ]);
    const { Swarm } = (await client.info()) as { Swarm: unknown };
    expect(Swarm).toMatchObject({ NodeID: id, LocalNodeState: 'active', ControlAvailable: true, Managers: 1 });
    expect(await client.getNetwork('ingress').inspect()).toMatchObject({
      Scope: 'swarm',
      Driver: 'overlay',
      Ingress: true,
    });
    expect((await api('POST', '/swarm/leave'))[0]).toBe(503);
    expect(await api('POST', '/swarm/leave?force=1')).toEqual([200, undefined]);
    const networks = await client.listNetworks();
    expect(networks.map(({ Name }) => Name)).toEqual(['bridge', 'host', 'none', 'docker_gwbridge']);
    expect((await api('GET', '/nodes'))[0]).toBe(503);
  });

  it('shows a service that asks for little as the engine does', async () => {
    await initSwarm();
    const web = await running('web');
    const shown = {
      ...stamped,
      Spec: {
        Name: 'web',
        Labels: {},
        TaskTemplate: {
          ContainerSpec: { Image: 'acme/web:v1', Isolation: 'default' },
          ForceUpdate: 0,
          Runtime: 'container',
        },
        Mode: { Replicated: { Replicas: 1 } },
      },
      Endpoint: { Spec: {} },
    };
    expect(await web.inspect()).toEqual(shown);
    const update = { Parallelism: 1, FailureAction: 'pause', Monitor: 5e9, MaxFailureRatio: 0, Order: 'stop-first' };
    const [, withDefaults] = await api('GET', '/services/web?insertDefaults=true');
    expect(withDefaults).toEqual({
      ...shown,
      Spec: {
        ...shown.Spec,
        TaskTemplate: {
          ContainerSpec: { Image: 'acme/web:v1', StopGracePeriod: 10e9, DNSConfig: {}, Isolation: 'default' },
          Resources: {},
          RestartPolicy: { Condition: 'any', Delay: 5e9, MaxAttempts: 0 },
          Placement: {},
          ForceUpdate: 0,
          Runtime: 'container',
        },
        UpdateConfig: update,
        RollbackConfig: update,
      },
    });
    const [, listed] = await api('GET', '/services?status=true');
    const ServiceStatus = { RunningTasks: 1, DesiredTasks: 1, CompletedTasks: 0 };
    expect(listed).toEqual([{ ...shown, ServiceStatus }]);
  });

  it('shows a task as the engine does', async () => {
    await initSwarm();
    const web = await running('web');
    const [container] = docker.containers();
    const tasks = await client.listTasks({ filters: { service: ['web'], '_up-to-date': ['true'] } });
    expect(tasks).toEqual([
      {
        ...stamped,
        Labels: {},
        Spec: { ContainerSpec: { Image: 'acme/web:v1', Isolation: 'default' }, ForceUpdate: 0 },
        ServiceID: web.id,
        Slot: 1,
        NodeID: docker.state.swarm?.node.id,
        Status: {
          Timestamp: expect.any(String),
          State: 'running',
          Message: 'started',
          ContainerStatus: { ContainerID: container?.id, PID: expect.any(Number), ExitCode: 0 },
          PortStatus: {},
        },
        DesiredState: 'running',
        Volumes: null,
      },
    ]);
    expect(await client.getTask(tasks[0]?.ID).inspect()).toEqual(tasks[0]);
  });

  it('gives a service in networks virtual addresses and ports, and its tasks their own', async () => {
    await initSwarm();
    const { id } = await client.createNetwork({ Name: 'back', Driver: 'overlay', Labels: { a: 'b' } });
    expect(id).toMatch(swarmIdPattern);
    const more = { EndpointSpec: { Ports: [{ TargetPort: 80 }] } };
    await client.createService({
      ...service('web', undefined, more),
      TaskTemplate: { ContainerSpec: { Image: 'acme/web:v1' }, Networks: [{ Target: 'back', Aliases: ['www'] }] },
    } as Docker.CreateServiceOptions);
    const ingress = await client.getNetwork('ingress').inspect();
    const port = { Protocol: 'tcp', TargetPort: 80, PublishMode: 'ingress' };
    expect(await client.getService('web').inspect()).toMatchObject({
      Spec: { TaskTemplate: { Networks: [{ Target: id, Aliases: ['www'] }] } },
      Endpoint: {
        Spec: { Mode: 'vip', Ports: [port] },
        Ports: [{ ...port, PublishedPort: 30_000 }],
        VirtualIPs: [
          { NetworkID: ingress.Id, Addr: '10.0.0.3/24' },
          { NetworkID: id, Addr: '10.0.1.2/24' },
        ],
      },
    });
    await vi.waitFor(() => expect(docker.containers()[0]?.status).toBe('running'));
    const [task] = await client.listTasks();
    expect(task.NetworksAttachments).toMatchObject([
      { Network: { Spec: { Name: 'ingress', Ingress: true } }, Addresses: ['10.0.0.4/24'] },
      { Network: { ID: id, Spec: { Name: 'back', Labels: { a: 'b' } } }, Addresses: ['10.0.1.3/24'] },
    ]);
    const { NetworkSettings } = await client.getContainer(docker.containers()[0]?.id ?? '').inspect();
    expect(NetworkSettings.Networks.back).toMatchObject({
      IPAddress: '10.0.1.3',
      IPPrefixLen: 24,
      MacAddress: '02:42:0a:00:01:03',
      Gateway: '',
    });
    expect((await refused(client.getNetwork('back').remove()))[1]).toMatch(/is in use by service \w{25}$/);
    await client.getService('web').remove();
    await client.getNetwork('back').remove();
    await vi.waitFor(() => expect(docker.containers()).toEqual([]));
    expect(await client.listNetworks({ filters: { scope: ['swarm'] } })).toMatchObject([{ Name: 'ingress' }]);
  });

  it('lets other containers into a network that is attachable only', async () => {
    await initSwarm();
    docker.pull('acme/web:v1');
    await client.createNetwork({ Name: 'closed', Driver: 'overlay' });
    await client.createNetwork({ Name: 'open', Driver: 'overlay', Attachable: true });
    const run = async (network: string): Promise<void> => {
      const HostConfig = { NetworkMode: network };
      const { id } = await client.createContainer({ name: `in-${network}`, Image: 'acme/web:v1', HostConfig });
      await client.getContainer(id).start();
    };
    expect(await refused(run('closed'))).toEqual([
      500,
      'failed to set up container networking: Could not attach to network closed: rpc error: code = PermissionDenied desc = network closed not manually attachable',
    ]);
    await run('open');
    const [, open] = await api('GET', '/networks/open');
    const { Containers, Peers } = open as { Containers: object; Peers: object };
    expect(Object.values(Containers)).toMatchObject([
      { Name: 'in-open', IPv4Address: '10.0.2.2/24', MacAddress: '02:42:0a:00:02:02' },
      { Name: 'open-endpoint', IPv4Address: '10.0.2.3/24' },
    ]);
    expect(Peers).toMatchObject([{ IP: '10.0.0.9' }]);
    await client.getContainer('in-open').remove({ force: true });
    expect((await client.getNetwork('open').inspect()).Containers).toBeNull();
  });

  it('gives no address of a network twice, whoever has it and however it came to it', async () => {
    await initSwarm();
    docker.pull('acme/web:v1');
    await client.createNetwork({ Name: 'open', Driver: 'overlay', Attachable: true });
    await client.createNetwork({ Name: 'closed', Driver: 'overlay' });
    const inOpen = { ContainerSpec: { Image: 'acme/web:v1' }, Networks: [{ Target: 'open' }] };
    const create = async (Name: string): Promise<unknown> =>
      await client.createService({ Name, TaskTemplate: inOpen } as Docker.CreateServiceOptions);
    await create('web');
    await vi.waitFor(() => expect(docker.containers()[0]?.status).toBe('running'), soon);
    docker.run('acme/web:v1', { name: 'late' });
    const [status, message] = await refused(client.getNetwork('closed').connect({ Container: 'late' }));
    expect([status, message]).toEqual([
      500,
      'Could not attach to network closed: rpc error: code = PermissionDenied desc = network closed not manually attachable',
    ]);
    await client.getNetwork('open').connect({ Container: 'late' });
    await create('next');
    await vi.waitFor(() => expect(docker.containers()[2]?.status).toBe('running'), soon);
    const addresses = async (): Promise<string[]> => {
      const { Containers } = (await client.getNetwork('open').inspect()) as { Containers: object };
      const services = (await client.listServices()) as { Endpoint?: { VirtualIPs?: { Addr: string }[] } }[];
      const inContainers = Object.values(Containers).map(({ IPv4Address }) => IPv4Address);
      return [...inContainers, ...services.flatMap(({ Endpoint }) => Endpoint?.VirtualIPs?.map(ip => ip.Addr) ?? [])];
    };
    const all = [2, 3, 4, 5, 6, 7].map(host => `10.0.1.${host}/24`);
    expect((await addresses()).sort()).toEqual(all);
    // What is given back is given again.
    await client.getNetwork('open').disconnect({ Container: 'late' });
    await client.getService('next').remove();
    await vi.waitFor(() => expect(docker.containers()).toHaveLength(2), soon);
    expect(await addresses()).toHaveLength(3);
    await create('again');
    await vi.waitFor(() => expect(docker.containers()[2]?.status).toBe('running'), soon);
    expect(all).toEqual(expect.arrayContaining(await addresses()));
  });

  it('refuses what the engine refuses', async () => {
    await initSwarm();
    const web = await running('web');
    const { Version } = await web.inspect();
    const create = async (name: string, spec?: object, more?: object) =>
      await refused(client.createService(service(name, spec, more)));
    const update = async (version: number | string, body: object) =>
      await api('POST', `/services/web/update?version=${version}`, body);
    const desc = (code: string, why: string) => `rpc error: code = ${code} desc = ${why}`;
    expect(await create('web')).toEqual([
      409,
      desc('AlreadyExists', 'name conflicts with an existing object: service web already exists'),
    ]);
    expect(await create('bad name')).toEqual([
      400,
      desc('InvalidArgument', 'name must be valid as a DNS name component'),
    ]);
    expect(await create('x', {})).toEqual([
      400,
      desc('InvalidArgument', 'ContainerSpec: image reference must be provided'),
    ]);
    expect(await refused(client.createService({ Name: 'x' } as Docker.CreateServiceOptions))).toEqual([
      400,
      'mismatched Runtime and *Spec fields',
    ]);
    expect(await create('x', { Image: 'x', Secrets: [{ SecretID: 'nope', SecretName: 'nope' }] })).toEqual([
      400,
      desc('InvalidArgument', 'secret not found: nope'),
    ]);
    expect(await update('', service('web'))).toEqual([
      400,
      { message: `invalid service version '': strconv.ParseUint: parsing "": invalid syntax` },
    ]);
    expect(await update(1, service('web'))).toEqual([500, { message: desc('Unknown', 'update out of sequence') }]);
    expect(await update(Version.Index, service('other'))).toEqual([
      501,
      { message: desc('Unimplemented', 'renaming services is not supported') },
    ]);
    expect(await update(Version.Index, { ...service('web'), Mode: { Global: {} } })).toEqual([
      501,
      { message: desc('Unimplemented', 'service mode change is not allowed') },
    ]);
    expect(await update(`${Version.Index}&rollback=previous`, service('web'))).toEqual([
      400,
      { message: desc('FailedPrecondition', `service ${web.id} does not have a previous spec`) },
    ]);
    for (const kind of ['service', 'task', 'node', 'secret', 'config']) {
      expect(await api('GET', `/${kind}s/nope`)).toEqual([404, { message: `${kind} nope not found` }]);
    }
    expect(await api('GET', '/services?filters={"foo":["x"]}')).toEqual([400, { message: `invalid filter 'foo'` }]);
  });

  it('keeps secrets and configurations, and does not tell the secrets', async () => {
    await initSwarm();
    const { id } = await client.createSecret({ Name: 'key', Data: 'cwo=', Labels: { a: 'b' } });
    await client.createConfig({ Name: 'conf', Data: 'cwo=', Labels: {} });
    expect(await client.listSecrets()).toEqual([{ ...stamped, Spec: { Name: 'key', Labels: { a: 'b' } } }]);
    expect(await client.listConfigs()).toEqual([{ ...stamped, Spec: { Name: 'conf', Labels: {}, Data: 'cwo=' } }]);
    expect(await refused(client.createSecret({ Name: 'key', Data: 'cwo=' }))).toEqual([
      409,
      'rpc error: code = AlreadyExists desc = secret key already exists',
    ]);
    expect((await refused(client.createConfig({ Name: 'c 2', Data: 'cwo=' })))[0]).toBe(400);
    expect((await refused(client.createSecret({ Name: 'empty' })))[1]).toMatch(/larger than 0 and less than 512000/);
    const Secrets = [{ SecretID: id, SecretName: 'key', File: { Name: 'key', UID: '0', GID: '0', Mode: 0o444 } }];
    await client.createService(service('web', { Image: 'acme/web:v1', Secrets }));
    expect(await refused(client.getSecret('key').remove())).toEqual([
      400,
      `rpc error: code = InvalidArgument desc = secret 'key' is in use by the following service: web`,
    ]);
    await client.getService('web').remove();
    await client.getSecret('key').remove();
    await client.getConfig('conf').remove();
    expect([await client.listSecrets(), await client.listConfigs()]).toEqual([[], []]);
  });

  it('updates a service, and back, by its version', async () => {
    await initSwarm();
    const web = await running('web');
    const { Version, Spec } = await web.inspect();
    const next = { ...Spec, TaskTemplate: { ...Spec.TaskTemplate, ContainerSpec: { Image: 'acme/web:v2' } } };
    await web.update({ ...next, version: Version.Index });
    const updated = await web.inspect();
    expect(updated).toMatchObject({
      Spec: { TaskTemplate: { ContainerSpec: { Image: 'acme/web:v2' } } },
      PreviousSpec: Spec,
      UpdateStatus: { State: 'updating', Message: 'update in progress' },
    });
    await api('POST', `/services/web/update?rollback=previous&version=${updated.Version.Index}`, updated.Spec);
    expect(await web.inspect()).toMatchObject({
      Spec,
      PreviousSpec: updated.Spec,
      UpdateStatus: { State: 'rollback_started', Message: 'manually requested rollback' },
    });
  });

  it('pulls with the credentials that came with the service, also for an update without any', async () => {
    await initSwarm();
    docker.registry.push('acme/other:latest');
    docker.registry.requireBasic({ username: 'ann', password: 'secret' });
    const wait = (version: string) =>
      vi.waitFor(() =>
        expect(docker.containers().at(-1)).toMatchObject({ status: 'running', image: `acme/web:${version}` }),
      );
    await client.createService({ username: 'ann', password: 'secret' }, service('web'));
    await wait('v1');
    const { Version, Spec } = await client.getService('web').inspect();
    const TaskTemplate = { ...Spec.TaskTemplate, ContainerSpec: { Image: 'acme/web:v2' } };
    expect(await api('POST', `/services/web/update?version=${Version.Index}`, { ...Spec, TaskTemplate })).toEqual([
      200,
      { Warnings: null },
    ]);
    await wait('v2');
    await client.createService(service('other', { Image: 'acme/other' }));
    await vi.waitFor(async () => {
      const [task] = await client.listTasks({ filters: { service: ['other'] } });
      expect(task).toMatchObject({ Status: { State: 'rejected', Err: 'No such image: acme/other:latest' } });
    });
  });

  it('tells the logs of a service, and whose they are', async () => {
    await initSwarm();
    const web = await running('web');
    docker.containers()[0]?.log('hello');
    const logs = await web.logs({ stdout: true, stderr: true, details: true });
    const [task] = await client.listTasks();
    const bytes = Buffer.isBuffer(logs) ? logs : await buffer(logs);
    expect(bytes.subarray(8).toString()).toBe(
      `com.docker.swarm.node.id=${task.NodeID},com.docker.swarm.service.id=${web.id},com.docker.swarm.task.id=${task.ID} hello\n`,
    );
  });

  it('tells the logs of a service from a time on, with their times, and the last ones', async () => {
    await initSwarm();
    const web = await running('web');
    const print = async (options: Record<string, unknown>): Promise<string> => {
      const bytes = await web.logs({ stdout: true, ...options });
      return (Buffer.isBuffer(bytes) ? bytes : await buffer(bytes)).subarray(8).toString();
    };
    docker.containers()[0]?.log('hello');
    expect(await print({ since: Date.now() / 1000 + 60 })).toBe('');
    expect(await print({ since: 1, timestamps: true })).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z hello\n$/);
    expect(await print({ tail: 0 })).toBe('');
    await expect(print({ tail: 'x' })).rejects.toMatchObject({
      json: { message: 'tail value must be a positive integer or "all"' },
    });
  });

  it('tells the logs of a service as they come, of later tasks too', async () => {
    await initSwarm();
    const web = await running('web');
    docker.containers()[0]?.log('before');
    const stream = (await web.logs({ stdout: true, follow: true, tail: 0 })) as unknown as IncomingMessage;
    let text = '';
    stream.on('data', (bytes: Buffer) => {
      text += bytes.subarray(8).toString();
    });
    docker.containers()[0]?.log('one');
    await vi.waitFor(() => expect(text).toBe('one\n'));
    const { Version, Spec } = await web.inspect();
    await web.update({ ...Spec, version: Version.Index, Mode: { Replicated: { Replicas: 2 } } });
    await vi.waitFor(() => expect(docker.containers()).toHaveLength(2));
    docker.containers()[1]?.log('two');
    await vi.waitFor(() => expect(text).toBe('one\ntwo\n'));
    stream.destroy();
  });

  it('tells what happens in the swarm in the order of the engine', async () => {
    await initSwarm();
    await client.createNetwork({ Name: 'back', Driver: 'overlay' });
    await client.createService({
      Name: 'web',
      TaskTemplate: { ContainerSpec: { Image: 'acme/web:v1' }, Networks: [{ Target: 'back' }] },
    } as Docker.CreateServiceOptions);
    await vi.waitFor(() => expect(docker.containers()[0]?.status).toBe('running'));
    await client.getService('web').remove();
    await client.getNetwork('back').remove();
    await vi.waitFor(() => expect(docker.containers()).toEqual([]));
    const stream = await client.getEvents({ since: 1, until: Date.now() / 1000 + 0.001 });
    const lines = (await buffer(stream)).toString().trim().split('\n');
    const events = lines.map(line => JSON.parse(line) as { Type: string; Action: string; scope: string });
    expect(events.map(({ Type, Action, scope }) => `${Type} ${Action} ${scope}`)).toEqual([
      'node update swarm',
      'network create local',
      'network create swarm',
      'network update swarm',
      'service create swarm',
      'service update swarm',
      'image pull local',
      'node update swarm',
      'network create local',
      'container create local',
      'network connect local',
      'container start local',
      'service remove swarm',
      'network remove swarm',
      'container kill local',
      'network disconnect local',
      'container stop local',
      'container die local',
      'container destroy local',
      'network destroy local',
      'node update swarm',
    ]);
  });
});
