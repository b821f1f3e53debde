import type { ComposeProject } from '../compose/project.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { Container } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { isMeantToRun } from './service-containers.ts';

/**
 * Why Compose, run here, would make other containers than these from this project; `undefined` if it would not.
 *
 * From another directory it would see other paths, and Docker mounts empty folders where it finds none, which looks like
 * lost data; from other files or env files it would make another service.
 *
 * @param containers  those that do not belong to the project, or are not meant to run, do not count
 */
export function explainInvisible(project: ComposeProject, containers: readonly Container[]): GopdaterError | undefined {
  const { name, workingDirectory } = project;
  for (const container of containers) {
    const { labels } = container;
    const directory = labels[composeLabels.workingDirectory];
    if (labels[composeLabels.project] !== name || directory === undefined || !isMeantToRun(container)) continue;
    if (directory !== workingDirectory) {
      const message = `Project ${name} was started from ${directory}, but is read from ${workingDirectory} here.`;
      return new GopdaterError('PROJECT_NOT_VISIBLE', message, { hint: `${mountHint(directory)} ${movedHint}` });
    }
    const started = inWords(labels[composeLabels.configFiles] ?? '', labels[composeLabels.environmentFile] ?? '');
    const read = inWords(project.files.join(','), project.envFiles.join(','));
    if (started !== read) {
      const message = `${container.name} was started with ${started}, but project ${name} is read with ${read} here.`;
      return new GopdaterError('PROJECT_DIFFERS', message, { hint: sameFilesHint });
    }
  }
  return undefined;
}

/** The files that the containers' labels name are not here. */
export function invisible(name: string, directory: string, cause: unknown): GopdaterError {
  return new GopdaterError(
    'PROJECT_NOT_VISIBLE',
    `Project ${name} was started from ${directory}, and its files cannot be read there from here.`,
    { hint: `${mountHint(directory)} ${movedHint}`, cause },
  );
}

const sameFilesHint =
  'Give gopdater the same files (--compose-file a.yml:b.yml, COMPOSE_ENV_FILES), or run “docker compose up -d” with these once.';

function inWords(files: string, envFiles: string): string {
  return envFiles === '' ? files : `${files} and env file ${envFiles}`;
}

export function mountHint(directory: string): string {
  return `In a container: add this line to the volumes of the gopdater service: “- ${directory}:${directory}:ro”.`;
}

export const movedHint = 'If the project was moved: run “docker compose up -d --force-recreate” where it is now, once.';
