import { deploy, devices } from './deploy-shape.ts';
import {
  anyOf,
  anything,
  dictionaryOf,
  listOf,
  matching,
  oneOf,
  record,
  type Shape,
  scalarOf,
  setOf,
  since,
} from './shape.ts';
import {
  boolean,
  bytes,
  command,
  driverOptions,
  duration,
  integer,
  namePattern,
  number,
  pairs,
  text,
  textOrTexts,
  texts,
  wholeBytes,
} from './shapes.ts';

const hosts: Shape = anyOf({ sequence: texts, mapping: dictionaryOf(anyOf({ scalar: text, sequence: listOf(text) })) });

const grants: Shape = listOf(
  anyOf({ scalar: text, mapping: record({ source: text, target: text, uid: text, gid: text, mode: number }) }),
);

const ulimits: Shape = dictionaryOf(
  anyOf({ scalar: integer, mapping: record({ hard: integer, soft: integer }, ['soft', 'hard']) }),
);

const hookAttributes = { command, user: text, privileged: boolean, working_dir: text, environment: pairs };

const hook: Shape = since('2.40', record(hookAttributes, ['command']), record(hookAttributes));

const serviceModels: Shape = anyOf({
  sequence: texts,
  mapping: dictionaryOf(anyOf({ scalar: scalarOf('null'), mapping: record({ endpoint_var: text, model_var: text }) })),
});

const option: Shape = scalarOf('string', 'number', 'boolean');

const provider: Shape = record(
  { type: text, options: dictionaryOf(anyOf({ scalar: option, sequence: listOf(option) })) },
  ['type'],
);

const build: Shape = anyOf({
  scalar: text,
  mapping: record({
    context: text,
    dockerfile: text,
    dockerfile_inline: text,
    entitlements: listOf(text),
    args: pairs,
    ssh: pairs,
    labels: pairs,
    cache_from: listOf(text),
    cache_to: listOf(text),
    no_cache: boolean,
    additional_contexts: pairs,
    network: text,
    provenance: since('2.40', boolean),
    sbom: since('2.40', boolean),
    pull: boolean,
    target: text,
    shm_size: bytes,
    extra_hosts: hosts,
    isolation: text,
    privileged: boolean,
    secrets: grants,
    tags: listOf(text),
    ulimits,
    platforms: listOf(text),
  }),
});

const blockLimits: Shape = listOf(record({ path: text, rate: integer }));

const port: Shape = anyOf({
  scalar: scalarOf('number', 'string'),
  mapping: record({
    name: text,
    mode: text,
    host_ip: text,
    target: integer,
    published: integer,
    protocol: text,
    app_protocol: text,
  }),
});

const volume: Shape = anyOf({
  scalar: text,
  mapping: record(
    {
      type: since(
        '2.40',
        oneOf('bind', 'volume', 'tmpfs', 'cluster', 'npipe', 'image'),
        oneOf('bind', 'volume', 'tmpfs', 'cluster', 'npipe'),
      ),
      source: text,
      target: text,
      read_only: boolean,
      consistency: text,
      bind: record({
        propagation: text,
        create_host_path: boolean,
        recursive: oneOf('enabled', 'disabled', 'writable', 'readonly'),
        selinux: oneOf('z', 'Z'),
      }),
      volume: record({ labels: since('2.40', pairs), nocopy: boolean, subpath: text }),
      tmpfs: record({ size: wholeBytes, mode: number }),
      image: since('2.40', record({ subpath: text })),
    },
    ['type'],
  ),
});

const network: Shape = anyOf({
  scalar: scalarOf('null'),
  mapping: record({
    aliases: texts,
    interface_name: since('2.40', text),
    ipv4_address: text,
    ipv6_address: text,
    link_local_ips: texts,
    mac_address: text,
    driver_opts: driverOptions,
    priority: scalarOf('number'),
    gw_priority: scalarOf('number'),
  }),
});

const dependency: Shape = record(
  {
    restart: boolean,
    required: scalarOf('boolean'),
    condition: oneOf('service_started', 'service_healthy', 'service_completed_successfully'),
  },
  ['condition'],
);

const watch: Shape = record(
  {
    ignore: since('2.40', textOrTexts, listOf(text)),
    include: since('2.40', textOrTexts),
    path: text,
    action: oneOf('rebuild', 'sync', 'restart', 'sync+restart', 'sync+exec'),
    target: text,
    exec: hook,
    initial_sync: since('2.40', scalarOf('boolean')),
  },
  ['path', 'action'],
);

/** A service, attribute by attribute; what is not listed is refused. */
export const service: Shape = record({
  annotations: pairs,
  attach: boolean,
  blkio_config: record({
    device_read_bps: blockLimits,
    device_read_iops: blockLimits,
    device_write_bps: blockLimits,
    device_write_iops: blockLimits,
    weight: integer,
    weight_device: listOf(record({ path: text, weight: integer })),
  }),
  build,
  cap_add: texts,
  cap_drop: texts,
  cgroup: oneOf('host', 'private'),
  cgroup_parent: text,
  command,
  configs: grants,
  container_name: since('2.40', matching(/[a-zA-Z0-9][a-zA-Z0-9_.-]+/), text),
  cpu_count: integer,
  cpu_percent: number,
  cpu_period: number,
  cpu_quota: number,
  cpu_rt_period: number,
  cpu_rt_runtime: number,
  cpu_shares: number,
  cpus: number,
  cpuset: text,
  credential_spec: record({ config: text, file: text, registry: text }),
  depends_on: anyOf({ sequence: texts, mapping: dictionaryOf(dependency, namePattern) }),
  deploy,
  develop: anyOf({ scalar: scalarOf('null'), mapping: record({ watch: listOf(watch) }) }),
  device_cgroup_rules: texts,
  devices: listOf(
    anyOf({ scalar: text, mapping: record({ source: text, target: text, permissions: text }, ['source']) }),
  ),
  dns: textOrTexts,
  dns_opt: texts,
  dns_search: textOrTexts,
  domainname: text,
  entrypoint: command,
  env_file: anyOf({
    scalar: text,
    sequence: listOf(
      anyOf({ scalar: text, mapping: record({ path: text, format: text, required: boolean }, ['path']) }),
    ),
  }),
  environment: pairs,
  expose: setOf(scalarOf('string', 'number')),
  extends: anyOf({ scalar: text, mapping: record({ service: text, file: text }, ['service']) }),
  external_links: texts,
  extra_hosts: hosts,
  gpus: anyOf({ scalar: oneOf('all'), sequence: devices }),
  group_add: setOf(scalarOf('string', 'number')),
  healthcheck: record({
    disable: boolean,
    interval: duration,
    retries: number,
    test: anyOf({ scalar: text, sequence: listOf(text) }),
    timeout: duration,
    start_period: duration,
    start_interval: duration,
  }),
  hostname: text,
  image: text,
  init: boolean,
  ipc: text,
  isolation: text,
  label_file: anyOf({ scalar: text, sequence: listOf(text) }),
  labels: pairs,
  links: texts,
  logging: record({ driver: text, options: dictionaryOf(scalarOf('string', 'number', 'null')) }),
  mac_address: text,
  mem_limit: bytes,
  mem_reservation: wholeBytes,
  mem_swappiness: integer,
  memswap_limit: bytes,
  models: since('2.40', serviceModels),
  network_mode: text,
  networks: anyOf({ sequence: texts, mapping: dictionaryOf(network, namePattern) }),
  oom_kill_disable: boolean,
  oom_score_adj: integer,
  pid: scalarOf('string', 'null'),
  pids_limit: number,
  platform: text,
  ports: setOf(port),
  post_start: listOf(hook),
  pre_stop: listOf(hook),
  privileged: boolean,
  profiles: texts,
  provider: since('2.40', provider),
  pull_policy: since(
    '2.40',
    matching(/always|never|build|if_not_present|missing|refresh|daily|weekly|every_([0-9]+[wdhms])+/),
    oneOf('always', 'never', 'if_not_present', 'build', 'missing'),
  ),
  pull_refresh_after: since('2.40', text),
  read_only: boolean,
  restart: text,
  runtime: text,
  scale: integer,
  secrets: grants,
  security_opt: texts,
  shm_size: bytes,
  stdin_open: boolean,
  stop_grace_period: duration,
  stop_signal: text,
  storage_opt: dictionaryOf(anything),
  sysctls: pairs,
  tmpfs: textOrTexts,
  tty: boolean,
  ulimits,
  use_api_socket: since('2.40', scalarOf('boolean')),
  user: text,
  userns_mode: text,
  uts: text,
  volumes: setOf(volume),
  volumes_from: texts,
  working_dir: text,
});
