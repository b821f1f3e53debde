import { type ContainerRecord, hasProcess } from '../state/container-record.ts';
import type { EngineState } from '../state/engine-state.ts';
import { objectOf } from './json.ts';
import { formatTime, zeroTime } from './time.ts';

const memoryBytes = 483_328;
const hostMemoryBytes = 4_294_967_296;
/** A container of the fake is as busy as an idle one: a thousandth of a processor. */
const cpuNsPerMs = 1000;
const systemCpuNsPerMs = 2_000_000;

/** `GET /containers/{id}/stats`: made up, but they grow with time. @param beforeMs  of the last ones; undefined: none */
export function statsView(
  { clock }: EngineState,
  container: ContainerRecord,
  beforeMs: number | undefined,
): Record<string, unknown> {
  const now = clock.now();
  const common = { name: `/${container.name}`, id: container.id };
  if (!hasProcess(container)) return { ...common, ...stopped };
  return {
    ...common,
    read: formatTime(now),
    preread: beforeMs === undefined ? zeroTime : formatTime(beforeMs),
    pids_stats: { current: Math.max(1, container.processes.all.length) + initOf(container) },
    blkio_stats: noTransfers,
    num_procs: 0,
    storage_stats: {},
    cpu_stats: cpuAt(container, now),
    precpu_stats: beforeMs === undefined ? noCpu : cpuAt(container, beforeMs),
    memory_stats: {
      usage: memoryBytes,
      stats: {
        active_anon: 4096,
        active_file: 8192,
        anon: 114_688,
        file: 8192,
        inactive_anon: 110_592,
        inactive_file: 0,
      },
      limit: memoryLimit(container),
    },
    networks: Object.fromEntries([...container.endpoints].map((_, index) => [`eth${index}`, idleNetwork])),
  };
}

/** docker-init is a process, too. */
function initOf({ spec: { hostConfig } }: ContainerRecord): number {
  return hostConfig.Init === true ? 1 : 0;
}

function cpuAt({ state }: ContainerRecord, ms: number): Record<string, unknown> {
  const total = Math.max(0, ms - (state.startedMs ?? ms)) * cpuNsPerMs;
  return {
    cpu_usage: { total_usage: total, usage_in_kernelmode: 0, usage_in_usermode: total },
    system_cpu_usage: ms * systemCpuNsPerMs,
    online_cpus: 2,
    throttling_data: noThrottling,
  };
}

function memoryLimit({ spec }: ContainerRecord): unknown {
  return objectOf(spec.hostConfig).Memory || hostMemoryBytes;
}

const noThrottling = { periods: 0, throttled_periods: 0, throttled_time: 0 };
const noCpu = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: noThrottling,
};
const noTransfers = {
  io_service_bytes_recursive: null,
  io_serviced_recursive: null,
  io_queue_recursive: null,
  io_service_time_recursive: null,
  io_wait_time_recursive: null,
  io_merged_recursive: null,
  io_time_recursive: null,
  sectors_recursive: null,
};
const idleNetwork = {
  rx_bytes: 516,
  rx_packets: 6,
  rx_errors: 0,
  rx_dropped: 0,
  tx_bytes: 126,
  tx_packets: 3,
  tx_errors: 0,
  tx_dropped: 0,
};
const stopped = {
  read: zeroTime,
  preread: zeroTime,
  pids_stats: {},
  blkio_stats: noTransfers,
  num_procs: 0,
  storage_stats: {},
  cpu_stats: noCpu,
  precpu_stats: noCpu,
  memory_stats: {},
};
