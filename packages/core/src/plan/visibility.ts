import type { ComposeProject } from '../compose/project.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { Container } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';

/**
 * Why Compose, run here, would see other paths than the command that started these containers; `undefined` if it would
 * not. With other paths Docker would mount folders that are empty, which looks like lost data.
 */
export function explainInvisible(project: ComposeProject, containers: readonly Container[]): GopdaterError | undefined {
  for (const { labels } of containers) {
    const directory = labels[composeLabels.workingDirectory];
    if (labels[composeLabels.project] !== project.name || directory === undefined) continue;
    if (directory === project.workingDirectory) continue;
    return new GopdaterError(
      'PROJECT_NOT_VISIBLE',
      `Project ${project.name} was started from ${directory}, but is read from ${project.workingDirectory} here.`,
      { hint: mountHint(directory) },
    );
  }
  return undefined;
}

/** The files that the containers' labels name are not here. */
export function invisible(name: string, directory: string, cause: unknown): GopdaterError {
  return new GopdaterError(
    'PROJECT_NOT_VISIBLE',
    `Project ${name} was started from ${directory}, and its files cannot be read there from here.`,
    { hint: mountHint(directory), cause },
  );
}

function mountHint(directory: string): string {
  return `Add this line to the volumes of the gopdater service: “- ${directory}:${directory}:ro”.`;
}
