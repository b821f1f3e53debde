export type { ComposeProject, ComposeService } from './compose/project.ts';
export * from './docker/compose-cli.ts';
export { composeLabels } from './docker/compose-labels.ts';
export * from './docker/engine.ts';
export { type ErrorCode, GopdaterError } from './errors.ts';
export { type Logger, silentLogger } from './log.ts';
export { type Clock, systemClock } from './time.ts';
