import { type LoadOptions, loadProject } from '../compose/load.ts';
import type { ComposeService } from '../compose/project.ts';
import { composeLabels } from '../docker/compose-labels.ts';
import type { Container } from '../docker/engine.ts';
import { GopdaterError } from '../errors.ts';
import { isServiceContainer, isUp } from './service-containers.ts';
import { invisible } from './visibility.ts';
import type { WatchedProject } from './watched-project.ts';

/** Reads the projects of those of the containers that run, from where their labels say that the files are. */
export async function loadRunningProjects(
  containers: readonly Container[],
  environment: LoadOptions['environment'],
): Promise<readonly WatchedProject[]> {
  const byProject = new Map<string, Container[]>();
  for (const container of containers.filter(container => isServiceContainer(container) && isUp(container))) {
    const name = container.labels[composeLabels.project] ?? '';
    byProject.set(name, [...(byProject.get(name) ?? []), container]);
  }
  return await Promise.all([...byProject].map(([name, group]) => loadRunning(name, group, environment)));
}

async function loadRunning(
  name: string,
  containers: readonly Container[],
  environment: LoadOptions['environment'],
): Promise<WatchedProject> {
  const label = (key: string) => containers[0]?.labels[key] ?? '';
  const list = (key: string) => label(key).split(',').filter(Boolean);
  const projectDirectory = label(composeLabels.workingDirectory);
  const files = list(composeLabels.configFiles);
  const envFiles = list(composeLabels.environmentFile);
  try {
    const project = await loadProject({ name, projectDirectory, files, envFiles, cwd: projectDirectory, environment });
    return { project, obstacle: undefined, warnings: project.warnings };
  } catch (error) {
    if (!(error instanceof GopdaterError)) throw error;
    const services = new Map(containers.map(runningService).map(service => [service.name, service]));
    return {
      project: { name, workingDirectory: projectDirectory, files, envFiles, profiles: [], services },
      obstacle: error.code === 'COMPOSE_FILE_NOT_FOUND' ? invisible(name, projectDirectory, error) : error,
      warnings: [],
    };
  }
}

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
