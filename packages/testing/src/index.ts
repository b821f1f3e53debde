export type { EngineClock } from './clock/engine-clock.ts';
export { VirtualClock, type VirtualClockOptions } from './clock/virtual-clock.ts';
export { createInProcessCompose, type InProcessComposeOptions } from './compose/in-process-compose.ts';
export type { CallRecorder, RecordedCall } from './docker/calls.ts';
export type { DockerodeOptions } from './docker/engine-listeners.ts';
export type { EngineGeneration } from './docker/engine-profile.ts';
export type { EventLog, EventPattern } from './docker/event-log.ts';
export type { AfterOptions, FakeContainer } from './docker/fake-container.ts';
export { FakeDocker, type FakeDockerOptions, type RunOptions } from './docker/fake-docker.ts';
export { createFakeEngine } from './docker/fake-engine.ts';
export type { Fault, FaultMoment, FaultOptions, Faults, PlannedFault, RestartOptions } from './docker/faults.ts';
export type { NamedFault } from './docker/named-faults.ts';
export type { Interval, Serving, ServingOptions } from './docker/serving.ts';
export type { ContainerSnapshot, ImageSnapshot, Snapshot } from './docker/snapshot.ts';
export type { EngineState } from './docker/state/engine-state.ts';
export type { EngineEvent } from './docker/state/event-bus.ts';
export type { ImageStoreKind } from './docker/state/image-store.ts';
export type {
  NodeSnapshot,
  PayloadSnapshot,
  ServiceSnapshot,
  SwarmSnapshot,
  TaskSnapshot,
} from './docker/swarm-snapshot.ts';
export { EngineError, NoAnswerError, NotModelledError, PortError } from './errors.ts';
export type { FakeProcess, FakeProgram, HealthChange, HealthStatus } from './registry/behaviour.ts';
export type { RegistryFault } from './registry/failures.ts';
export { FakeRegistry, type PushedImage, type PushOptions, type RegistryCall } from './registry/fake-registry.ts';
export type { SignOptions } from './registry/sign-image.ts';
export type { TokenOptions } from './registry/token-auth.ts';
