import type { ComposeService } from '@gopdater/core';
import { isNothing } from '../docker/wire/ignored-fields.ts';

/** What the in-process Compose acts on, by itself or by what the project's model has read from it. */
const acted = [
  ...['command', 'container_name', 'depends_on', 'deploy', 'entrypoint', 'env_file', 'environment', 'extends'],
  ...['healthcheck', 'hostname', 'image', 'label_file', 'labels', 'name', 'network_mode', 'networks', 'ports'],
  ...['profiles', 'pull_policy', 'restart', 'scale', 'stop_grace_period', 'stop_signal', 'volumes'],
];

/** What it leaves out of the containers that it makes, as nothing in the fake goes by it: limits, rights, devices, … */
export const leftOut: readonly string[] = [
  ...['annotations', 'attach', 'blkio_config', 'cap_add', 'cap_drop', 'cgroup', 'cgroup_parent', 'cpu_count'],
  ...['cpu_percent', 'cpu_period', 'cpu_quota', 'cpu_rt_period', 'cpu_rt_runtime', 'cpu_shares', 'cpus', 'cpuset'],
  ...['device_cgroup_rules', 'devices', 'develop', 'dns', 'dns_opt', 'dns_search', 'domainname', 'expose'],
  ...['extra_hosts', 'gpus', 'group_add', 'init', 'ipc', 'isolation', 'logging', 'mem_limit', 'mem_reservation'],
  ...['mem_swappiness', 'memswap_limit', 'oom_kill_disable', 'oom_score_adj', 'pid', 'pids_limit', 'platform'],
  ...['privileged', 'read_only', 'runtime', 'security_opt', 'shm_size', 'stdin_open', 'storage_opt', 'sysctls'],
  ...['tmpfs', 'tty', 'ulimits', 'user', 'userns_mode', 'uts', 'working_dir'],
];

/** What a service asks for and the in-process Compose does nothing about, e.g. `links`; null and what is empty ask for nothing. */
export function ignoredAttributes({ attributes }: ComposeService): readonly string[] {
  const known = new Set([...acted, ...leftOut]);
  return Object.entries(attributes)
    .filter(([name, value]) => !known.has(name) && !name.startsWith('x-') && !isNothing(value))
    .map(([name]) => name);
}
