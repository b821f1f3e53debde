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
}

export type EngineGeneration = '26.1' | '28.5';

export const engineProfiles: Readonly<Record<EngineGeneration, EngineProfile>> = {
  '26.1': {
    version: '26.1.5',
    apiVersion: '1.45',
    minApiVersion: '1.24',
    networkingErrorPrefix: '',
    runtimeErrorSuffix: ': unknown',
    missingExecCode: 126,
    tellsOfNewImages: false,
  },
  '28.5': {
    version: '28.5.2',
    apiVersion: '1.51',
    minApiVersion: '1.24',
    networkingErrorPrefix: 'failed to set up container networking: ',
    runtimeErrorSuffix: '',
    missingExecCode: 127,
    tellsOfNewImages: true,
  },
};
