import type { ProfileName } from './profiles.ts';

type Reason = string;

/**
 * Scenarios in which the fake is not yet what the engine is, and why; of all profiles, or of some. What conforms must
 * not stand here.
 */
export const notYetConforming: Readonly<Record<string, Reason | Readonly<Partial<Record<ProfileName, Reason>>>>> = {
  'port-taken': 'The list of an engine still shows the addresses of a start that failed.',
  'health-timeout': 'What a check has printed before its time was over is not told.',
  'health-kinds': 'A check of a container that is paused does not fail.',
  'logs-driver': 'Every container keeps its output, whatever its log driver.',
  attach: 'A container that is not there is told inside the stream.',
  exec: 'An exec that has run is told inside the stream.',
  processes: 'Errors and warnings of top, resize and update differ.',
  archive: 'Errors and attributes of archives differ, and what is told of them.',
};
