import { join } from 'node:path';
import { readVariable, replaceVariable } from '../compose/edit-dotenv.ts';
import { readEditable } from '../compose/env-file.ts';
import type { LoadedProject } from '../compose/load.ts';
import type { ComposeProject, ComposeService } from '../compose/project.ts';
import { GopdaterError } from '../errors.ts';
import { formatReference, type ImageReference } from '../image/reference.ts';
import type { TagPolicy } from '../image/tag-policy.ts';
import { referenceOf, serviceKey } from './match-services.ts';
import { readTagVariable } from './tag-labels.ts';
import type { WatchedProject } from './watched-project.ts';

/** A variable of an env file that a service's tag is made with. */
export interface TagVariable {
  /** Absolute. */
  readonly file: string;
  readonly name: string;
  /** What the file says now; never empty. */
  readonly value: string;
}

/**
 * The variable that a service names, in the env file that counts for it.
 *
 * @throws GopdaterError why there is none that could be changed, and what to do
 */
export async function findTagVariable(
  { project, source }: Pick<WatchedProject, 'project' | 'source'>,
  service: ComposeService,
  policy: TagPolicy,
): Promise<TagVariable> {
  const name = readTagVariable(service, policy);
  if (source?.environment[name] !== undefined) {
    throw new GopdaterError(
      'COMPOSE_FILE_INVALID',
      `${name} is set in gopdater’s environment, which wins over every env file.`,
      { hint: `Set it in ${envFilesOf(project).at(-1)} only.` },
    );
  }
  for (const file of envFilesOf(project).toReversed()) {
    const text = await readEditable(file).catch(async (error: unknown) => {
      if (!(error instanceof GopdaterError) || error.code !== 'COMPOSE_FILE_NOT_FOUND') throw error;
      const obstacle = await source?.explainUneditable(file);
      if (obstacle !== undefined) throw obstacle;
      return '';
    });
    const value = readVariable(text, name, file);
    if (value === undefined) continue;
    const obstacle = await source?.explainUneditable(file);
    if (obstacle !== undefined) throw obstacle;
    if (value !== '') return { file, name, value };
    throw new GopdaterError('COMPOSE_FILE_INVALID', `${name} is empty in ${file}.`, { hint: setHint(name, service) });
  }
  const files = envFilesOf(project).join(' and ');
  throw new GopdaterError('COMPOSE_FILE_INVALID', `${name} is not set in ${files}.`, { hint: setHint(name, service) });
}

/** Absolute; of these the last one that sets a variable wins. */
export function envFilesOf({ envFiles, workingDirectory }: ComposeProject): readonly string[] {
  return envFiles.length > 0 ? envFiles : [join(workingDirectory, '.env')];
}

/**
 * The values with which a tag may become another one: what stands before and after the value stays.
 *
 * @returns several where the value stands in the tag more than once; none where the other tag begins or ends otherwise
 */
export function valuesFor(tag: string, value: string, wanted: string): readonly string[] {
  const values = new Set<string>();
  for (let at = tag.indexOf(value); at >= 0; at = tag.indexOf(value, at + 1)) {
    const [before, after] = [tag.slice(0, at), tag.slice(at + value.length)];
    const middle = wanted.slice(before.length, wanted.length - after.length);
    if (middle !== '' && `${before}${middle}${after}` === wanted) values.add(middle);
  }
  return [...values];
}

/** Projects as they would be with another value of a variable, by what they are now. */
export type ChangedProjects = ReadonlyMap<WatchedProject, LoadedProject>;

/**
 * Reads all projects that read a variable’s file again, with another value, and proves that services get the wanted image
 * and that nothing else changes.
 *
 * @param movers  services of these projects, by `project/service`
 * @throws GopdaterError `COMPOSE_FILE_INVALID` if it is not so; and as `loadProject`
 */
export async function changeTag(
  variable: TagVariable,
  to: string,
  {
    movers,
    wanted,
    projects,
  }: {
    readonly movers: ReadonlySet<string>;
    readonly wanted: ImageReference;
    readonly projects: readonly WatchedProject[];
  },
): Promise<ChangedProjects> {
  const { name, file, value } = variable;
  const changed = await loadChanged(variable, to, projects);
  const astray = [...changed.values()].flatMap(project =>
    [...project.services.values()].flatMap(service => {
      const key = serviceKey({ project, service });
      const reference = movers.has(key) ? referenceOf(service) : wanted;
      return reference !== undefined && formatReference(reference) === formatReference(wanted) ? [] : [key];
    }),
  );
  if (astray.length > 0) {
    throw new GopdaterError(
      'COMPOSE_FILE_INVALID',
      `With ${name}=${to} in ${file} in the place of ${value}, the image of ${astray.join(' and ')} would not be ${formatReference(wanted)}.`,
      { hint: `Let the whole tag, or one part of it, be \${${name}}, and set ${name} nowhere else.` },
    );
  }
  refuseOthers(variable, changed, movers);
  return changed;
}

/** @throws GopdaterError `COMPOSE_FILE_INVALID` if anything differs but these services */
export function refuseOthers({ name, file }: TagVariable, changed: ChangedProjects, movers: ReadonlySet<string>): void {
  const others = [...changed].flatMap(([watched, project]) => [
    ...[...project.services.values()].flatMap(service => {
      const key = serviceKey({ project, service });
      const before = watched.project.services.get(service.name);
      return movers.has(key) || JSON.stringify(before) === JSON.stringify(service) ? [] : [key];
    }),
    ...changedResources(watched, project),
  ]);
  if (others.length === 0) return;
  throw new GopdaterError(
    'COMPOSE_FILE_INVALID',
    `A change of ${name} in ${file} would change ${others.join(' and ')}, too, which this push does not move.`,
    {
      hint: 'Give each image a variable of its own, and each service that uses it both labels. What has the whole file (“env_file: .env”) changes with any of its variables: name there those that it needs.',
    },
  );
}

/** The same without a proof: what was proved before it was begun. */
export async function loadChanged(
  { name, file, value }: TagVariable,
  to: string,
  projects: readonly WatchedProject[],
): Promise<ChangedProjects> {
  const text = replaceVariable(await readEditable(file), { name, from: value, to }, file);
  const concerned = projects.flatMap(watched => {
    const { project, source } = watched;
    return source !== undefined && envFilesOf(project).includes(file) ? [{ watched, source }] : [];
  });
  return new Map(
    await Promise.all(
      concerned.map(async ({ watched, source }) => {
        const project = await source.loadWith({ [file]: text });
        if (project.problem !== undefined) throw project.problem;
        return [watched, restrictTo(watched, project)] as const;
      }),
    ),
  );
}

/** What was read of one project in parts stays in parts. */
function restrictTo({ project: { services } }: WatchedProject, project: LoadedProject): LoadedProject {
  return { ...project, services: new Map([...project.services].filter(([name]) => services.has(name))) };
}

function changedResources({ model }: WatchedProject, project: LoadedProject): readonly string[] {
  if (model === undefined) return [];
  return (['networks', 'volumes', 'secrets', 'configs'] as const)
    .filter(kind => JSON.stringify(model[kind]) !== JSON.stringify(project.model[kind]))
    .map(kind => `the ${kind} of ${project.name}`);
}

function setHint(name: string, { image = '' }: ComposeService): string {
  return `Set it there to the tag of now, e.g. ${name}=${/:([\w.-]+)$/.exec(image)?.[1] ?? '1.4.0'}.`;
}
