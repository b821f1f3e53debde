export { type Config, readConfig } from './config.ts';
export { createLogger, type Logger, silentLogger } from './log.ts';
export { createParts, type Parts } from './parts.ts';
export type { HookOptions } from './receivers/entrances.ts';
export { type RunningServer, type ServeDependencies, type ServeOptions, serve } from './serve.ts';
export { createProgressView, type ProgressView, type ProgressViewOptions } from './terminal/progress-view.ts';
export {
  createTerminal,
  type Draw,
  type Terminal,
  type TerminalOptions,
  type TerminalSize,
  type TerminalStream,
} from './terminal/terminal.ts';
