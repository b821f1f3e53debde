/** What `docker info` and nodes of a swarm call the machine. */
export const hostName = 'fake-docker';

/** What differs between generations of the engine, as far as it is modelled. */
export interface EngineProfile {
  readonly version: string;
  readonly apiVersion: string;
  readonly minApiVersion: string;
  /** What stands before the reason when the network of a container cannot be set up. */
  readonly networkingErrorPrefix: string;
  /** What stands after the reason when the runtime cannot start a program. */
  readonly runtimeErrorSuffix: string;
  /** Of an exec of a program that is not there. */
  readonly missingExecCode: number;
  /** A commit tells that there is a new image. */
  readonly tellsOfNewImages: boolean;
  /** What a process does not see of `/proc` and `/sys`. */
  readonly maskedPaths: readonly string[];
  /** From 28.0 on: a priority of gateways, sandboxes that go with the process, layers that name their container, … */
  readonly isSince28: boolean;
}

export type EngineGeneration = '26.1' | '28.5';

const maskedPaths = {
  first: ['/proc/asound', '/proc/acpi'],
  last: [
    ...['/proc/kcore', '/proc/keys', '/proc/latency_stats', '/proc/timer_list', '/proc/timer_stats'],
    ...['/proc/sched_debug', '/proc/scsi', '/sys/firmware', '/sys/devices/virtual/powercap'],
  ],
};

export const engineProfiles: Readonly<Record<EngineGeneration, EngineProfile>> = {
  '26.1': {
    version: '26.1.5',
    apiVersion: '1.45',
    minApiVersion: '1.24',
    networkingErrorPrefix: '',
    runtimeErrorSuffix: ': unknown',
    missingExecCode: 126,
    tellsOfNewImages: false,
    maskedPaths: [...maskedPaths.first, ...maskedPaths.last],
    isSince28: false,
  },
  '28.5': {
    version: '28.5.2',
    apiVersion: '1.51',
    minApiVersion: '1.24',
    networkingErrorPrefix: 'failed to set up container networking: ',
    runtimeErrorSuffix: '',
    missingExecCode: 127,
    tellsOfNewImages: true,
    maskedPaths: [...maskedPaths.first, '/proc/interrupts', ...maskedPaths.last],
    isSince28: true,
  },
};
