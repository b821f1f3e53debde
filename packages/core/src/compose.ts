// `@gopdater/core/compose`: compose files alone, without an engine, a registry and their packages.
export { createCachedLoad, type LoadProject } from './compose/cached-load.ts';
export { type Compat, compats } from './compose/compat.ts';
export { type ComposeModel, type ComposeResource, formatModel } from './compose/compose-model.ts';
export { discoverComposeFiles } from './compose/discover.ts';
export { type LoadedProject, loadProject } from './compose/load.ts';
export type { LoadOptions } from './compose/load-options.ts';
export type { ComposeProject, ComposeService } from './compose/project.ts';
export { type ErrorCode, GopdaterError } from './errors.ts';
