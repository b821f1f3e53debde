import { build, fileMount } from './build-attributes.ts';
import { deploy, deviceRequests } from './deploy-attributes.ts';
import { attributes, keyed, listOf, named, type Print, since } from './print.ts';
import {
  command,
  healthTest,
  hosts,
  optionalPairs,
  pairs,
  strictTextMap,
  textMap,
  texts,
  textsMap,
  ulimit,
} from './print-lists.ts';
import {
  bytes,
  decimal,
  flag,
  integer,
  optionalDuration,
  optionalFlag,
  optionalInteger,
  optionalUnsigned,
  text,
  unsigned,
  wholeText,
} from './print-scalars.ts';

const throttles = listOf(attributes({ path: wholeText, rate: bytes }, { path: '', rate: '0' }));

/** These keys Compose prints as its own source calls them. */
function capitalized(print: Print): Print {
  return (node, path, compat) => {
    const items = print(node, path, compat);
    if (!Array.isArray(items)) return undefined;
    return items.map((item: Readonly<Record<string, unknown>>) => {
      return Object.fromEntries(
        Object.entries(item).map(([key, value]) => [key.charAt(0).toUpperCase() + key.slice(1), value]),
      );
    });
  };
}

const blockLimits = attributes({
  weight: unsigned(16),
  weight_device: capitalized(
    listOf(attributes({ path: wholeText, weight: optionalUnsigned(16) }, { path: '', weight: 0 })),
  ),
  device_read_bps: capitalized(throttles),
  device_read_iops: capitalized(throttles),
  device_write_bps: capitalized(throttles),
  device_write_iops: capitalized(throttles),
});

const dependency = attributes({ condition: text, restart: flag, required: optionalFlag }, { required: false });

const hook = attributes(
  {
    command,
    image: text,
    user: text,
    privileged: flag,
    working_dir: text,
    environment: optionalPairs,
    per_replica: flag,
  },
  { command: null },
);

const watch = attributes(
  { path: wholeText, action: wholeText, target: text, exec: hook, include: texts, ignore: texts, initial_sync: flag },
  { exec: { command: null } },
);

const healthcheck = attributes({
  test: healthTest,
  timeout: optionalDuration,
  interval: optionalDuration,
  retries: optionalUnsigned(64),
  start_period: optionalDuration,
  start_interval: optionalDuration,
  disable: flag,
});

const network = attributes({
  aliases: texts,
  driver_opts: textMap,
  gw_priority: since('2.40', integer),
  interface_name: text,
  ipv4_address: text,
  ipv6_address: text,
  link_local_ips: texts,
  mac_address: text,
  priority: integer,
});

const port = attributes({
  name: text,
  mode: text,
  host_ip: text,
  target: unsigned(32),
  published: text,
  protocol: text,
  app_protocol: text,
});

const volume = attributes({
  type: text,
  source: text,
  target: text,
  read_only: flag,
  consistency: text,
  bind: attributes({ selinux: text, propagation: text, create_host_path: flag, recursive: text }),
  volume: attributes({ labels: pairs, nocopy: flag, subpath: text }),
  tmpfs: attributes({ size: bytes, mode: unsigned(32) }),
  image: attributes({ subpath: text }),
});

/** A service, attribute by attribute. */
export const service: Print = attributes(
  {
    profiles: texts,
    annotations: pairs,
    attach: optionalFlag,
    build,
    develop: attributes({ watch: listOf(watch) }),
    blkio_config: blockLimits,
    cap_add: texts,
    cap_drop: texts,
    cgroup_parent: text,
    cgroup: text,
    cpu_count: integer,
    cpu_percent: decimal,
    cpu_period: integer,
    cpu_quota: integer,
    cpu_rt_period: integer,
    cpu_rt_runtime: integer,
    cpus: decimal,
    cpuset: text,
    cpu_shares: integer,
    command,
    configs: listOf(fileMount),
    container_name: text,
    credential_spec: attributes({ config: text, file: text, registry: text }),
    depends_on: named(dependency),
    deploy,
    device_cgroup_rules: texts,
    devices: listOf(attributes({ source: text, target: text, permissions: text })),
    dns: texts,
    dns_opt: texts,
    dns_search: texts,
    domainname: text,
    entrypoint: command,
    provider: attributes({ type: text, options: textsMap }),
    environment: optionalPairs,
    expose: texts,
    extends: attributes({ file: text, service: text }),
    external_links: texts,
    extra_hosts: hosts,
    group_add: texts,
    gpus: deviceRequests,
    hostname: text,
    healthcheck,
    image: text,
    init: optionalFlag,
    ipc: text,
    isolation: text,
    labels: pairs,
    links: texts,
    logging: attributes({ driver: text, options: textMap }),
    mem_limit: bytes,
    mem_reservation: bytes,
    memswap_limit: bytes,
    mem_swappiness: bytes,
    mac_address: text,
    models: keyed(attributes({ endpoint_var: text, model_var: text })),
    network_mode: text,
    networks: keyed(network),
    oom_kill_disable: flag,
    oom_score_adj: integer,
    pid: text,
    pids_limit: integer,
    platform: text,
    ports: listOf(port),
    privileged: flag,
    pull_policy: text,
    read_only: flag,
    restart: text,
    runtime: text,
    scale: optionalInteger,
    secrets: listOf(fileMount),
    security_opt: texts,
    shm_size: bytes,
    stdin_open: flag,
    stop_grace_period: optionalDuration,
    stop_signal: text,
    storage_opt: strictTextMap,
    sysctls: pairs,
    tmpfs: texts,
    tty: flag,
    ulimits: keyed(ulimit),
    use_api_socket: flag,
    user: text,
    userns_mode: text,
    uts: text,
    volumes: listOf(volume),
    volumes_from: texts,
    working_dir: text,
    pre_start: listOf(hook),
    post_start: listOf(hook),
    pre_stop: listOf(hook),
  },
  { command: null, entrypoint: null },
);
