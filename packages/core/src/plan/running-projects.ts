import type { LoadOptions } from '../compose/load-options.ts';
import type { ComposeService } from '../compose/project.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { CallOptions, Container } from '../docker/engine.ts';
import { type ErrorCode, GopdaterError } from '../errors.ts';
import { brokenEdit } from './broken-edit.ts';
import type { ProjectReader } from './project-reader.ts';
import { isMeantToRun, isServiceContainer } from './service-containers.ts';
import { invisible } from './visibility.ts';
import type { WatchedProject } from './watched-project.ts';

/**
 * Reads the projects of these containers from where their labels say that the files are.
 *
 * Services of one project that were started with different files are read with theirs: then each reading has only the
 * services whose containers it is for.
 */
export async function loadRunningProjects(
  containers: readonly Container[],
  environment: LoadOptions['environment'],
  dependencies: CallOptions & { readonly reader: ProjectReader },
): Promise<readonly WatchedProject[]> {
  const bySource = new Map<string, Container[]>();
  for (const container of containers.filter(isServiceContainer)) {
    const key = JSON.stringify(sourceLabels.map(label => container.labels[label]));
    bySource.set(key, [...(bySource.get(key) ?? []), container]);
  }
  const groups = [...bySource.values()];
  const watched = await Promise.all(
    groups.map(async group => {
      const isOnly = groups.filter(other => projectOf(other) === projectOf(group)).length === 1;
      const project = await loadRunning(group, environment, dependencies);
      return isOnly ? project : restrictTo(group, project);
    }),
  );
  // One that is stopped and cannot be read is nobody's concern.
  return watched.filter(({ obstacle }, index) => obstacle === undefined || groups[index]?.some(isMeantToRun));
}

const sourceLabels = [
  composeLabels.project,
  composeLabels.workingDirectory,
  composeLabels.configFiles,
  composeLabels.environmentFile,
];

function projectOf([container]: readonly Container[]): string {
  return container?.labels[composeLabels.project] ?? '';
}

function restrictTo(containers: readonly Container[], { project, ...rest }: WatchedProject): WatchedProject {
  const names = new Set(containers.map(({ labels }) => labels[composeLabels.service]));
  const services = new Map([...project.services].filter(([name]) => names.has(name)));
  return { ...rest, project: { ...project, services } };
}

async function loadRunning(
  containers: readonly Container[],
  environment: LoadOptions['environment'],
  { reader, signal }: CallOptions & { readonly reader: ProjectReader },
): Promise<WatchedProject> {
  const label = (key: string) => containers[0]?.labels[key] ?? '';
  const list = (key: string) => label(key).split(',').filter(Boolean);
  const name = projectOf(containers);
  const projectDirectory = label(composeLabels.workingDirectory);
  const files = list(composeLabels.configFiles);
  const envFiles = list(composeLabels.environmentFile);
  try {
    const options = { name, projectDirectory, files, envFiles, cwd: projectDirectory, environment };
    const project = await reader.loadFromHost(options, { signal });
    return {
      project,
      model: project.model,
      obstacle: brokenEdit(project),
      warnings: project.warnings,
      source: {
        environment,
        loadWith: async texts => await reader.loadFromHost({ ...options, texts }, { signal }),
        explainUneditable: async file => await reader.explainUneditable(file),
      },
    };
  } catch (error) {
    if (!(error instanceof GopdaterError) || !ofTheProject.has(error.code)) throw error;
    const services = new Map(containers.map(runningService).map(service => [service.name, service]));
    return {
      project: { name, workingDirectory: projectDirectory, files, envFiles, profiles: [], services },
      obstacle: error.code === 'COMPOSE_FILE_NOT_FOUND' ? invisible(name, projectDirectory, error) : error,
      warnings: [],
    };
  }
}

/** What is wrong with the project itself, so that others are none the worse for it. */
const ofTheProject: ReadonlySet<ErrorCode> = new Set([
  'COMPOSE_FILE_NOT_FOUND',
  'COMPOSE_FILE_INVALID',
  'PROJECT_NOT_VISIBLE',
]);

function runningService(container: Container): ComposeService {
  return {
    name: container.labels[composeLabels.service] ?? '',
    image: container.image,
    enabled: true,
    scale: 1,
    containerName: undefined,
    dependsOn: [],
    labels: {},
    attributes: {},
  };
}
