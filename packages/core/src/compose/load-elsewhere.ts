import { GopdaterError } from '../errors.ts';
import { objectOf, textOf } from '../json.ts';
import { isCompat } from './compat.ts';
import type { ComposeModel } from './compose-model.ts';
import { type LoadedProject, loadProject } from './load.ts';
import type { LoadOptions } from './load-options.ts';
import type { ComposeService } from './project.ts';

/** For {@link answerLoadRequest} of a gopdater that sees other files. */
export function formatLoadRequest(options: LoadOptions): string {
  return JSON.stringify(options);
}

/**
 * Loads the project that a request asks for. What is wrong with its files is an answer, too.
 *
 * @returns a line of text for {@link parseLoadAnswer}
 */
export async function answerLoadRequest(request: string): Promise<string> {
  try {
    const { services, ...project } = await loadProject(parseRequest(request));
    return JSON.stringify({ project: { ...project, services: [...services.values()] } });
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    const { code, message, hint, cause } = error;
    const missing = code === 'COMPOSE_FILE_NOT_FOUND' ? textOf(objectOf(cause).path) : undefined;
    return JSON.stringify({ error: { code, message, hint, missing } });
  }
}

/** What came of loading a project elsewhere. */
export type LoadAnswer =
  | { readonly project: LoadedProject }
  | {
      readonly error: GopdaterError;
      /** The file that is not there, if that is what is wrong. */
      readonly missing: string | undefined;
    };

/** `undefined` for a text that is no answer. */
export function parseLoadAnswer(text: string): LoadAnswer | undefined {
  const { project, error } = objectOf(parseJson(text));
  if (project !== undefined) return { project: parseProject(objectOf(project)) };
  if (error === undefined) return undefined;
  const { code, message, hint, missing } = objectOf(error);
  return {
    error: new GopdaterError(
      code === 'COMPOSE_FILE_NOT_FOUND' ? code : 'COMPOSE_FILE_INVALID',
      textOf(message) ?? 'It does not say why.',
      typeof hint === 'string' ? { hint } : {},
    ),
    missing: textOf(missing),
  };
}

function parseRequest(text: string): LoadOptions {
  const { files, projectDirectory, envFiles, profiles, name, compat, cwd, environment, texts } = objectOf(
    parseJson(text),
  );
  if (typeof cwd !== 'string') throw new GopdaterError('COMPOSE_FILE_INVALID', 'This is no request to load a project.');
  return {
    files: textsOf(files),
    projectDirectory: textOf(projectDirectory),
    envFiles: textsOf(envFiles),
    profiles: textsOf(profiles),
    name: textOf(name),
    compat: isCompat(compat) ? compat : undefined,
    cwd,
    environment: textMapOf(environment),
    texts: textMapOf(texts),
  };
}

function parseProject(project: Readonly<Record<string, unknown>>): LoadedProject {
  const { name, workingDirectory, files, envFiles, profiles, services, model, warnings } = project;
  const list = Array.isArray(services) ? services.map(service => parseService(objectOf(service))) : [];
  return {
    name: textOf(name) ?? '',
    workingDirectory: textOf(workingDirectory) ?? '',
    files: textsOf(files),
    envFiles: textsOf(envFiles),
    profiles: textsOf(profiles),
    services: new Map(list.map(service => [service.name, service])),
    model: modelOf(model),
    warnings: textsOf(warnings),
  };
}

function modelOf(value: unknown): ComposeModel {
  const { name, services, ...others } = objectOf(value);
  return { ...others, name: textOf(name) ?? '', services: objectOf(services) as ComposeModel['services'] };
}

function parseService(service: Readonly<Record<string, unknown>>): ComposeService {
  const { name, image, enabled, scale, containerName, dependsOn, labels, attributes } = service;
  return {
    name: textOf(name) ?? '',
    image: textOf(image),
    enabled: enabled === true,
    scale: typeof scale === 'number' ? scale : 1,
    containerName: textOf(containerName),
    dependsOn: textsOf(dependsOn),
    labels: textMapOf(labels),
    attributes: objectOf(attributes),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : [];
}

function textMapOf(value: unknown): Readonly<Record<string, string>> {
  const entries = Object.entries(objectOf(value));
  return Object.fromEntries(
    entries.flatMap(([key, text]): [string, string][] => (typeof text === 'string' ? [[key, text]] : [])),
  );
}
