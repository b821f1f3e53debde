import { objectOf } from '../json.ts';
import type { ComposeResource } from './compose-model.ts';
import type { ComposeService } from './project.ts';

export interface ServiceSources {
  readonly name: string;
  /** As Compose prints it. */
  readonly printed: ComposeResource;
  readonly labelFiles: readonly string[];
  readonly enabled: boolean;
  /** Tells services that can be depended on. */
  readonly canDependOn: (name: string) => boolean;
}

/** Reads a service from its attributes. */
export function createService({ name, printed, labelFiles, enabled, canDependOn }: ServiceSources): ComposeService {
  const { image, container_name: containerName, labels, depends_on: dependencies } = printed;
  return {
    name,
    image: typeof image === 'string' ? image : undefined,
    enabled,
    scale: scaleOf(printed),
    containerName: typeof containerName === 'string' ? containerName : undefined,
    dependsOn: dependenciesIn(dependencies, canDependOn),
    labels: labels === undefined ? none : (labels as Labels),
    attributes: labelFiles.length === 0 ? printed : { ...printed, label_file: labelFiles },
  };
}

type Labels = Readonly<Record<string, string>>;

/** Labels are printed as text, whatever they are in the file. */
const none: Labels = {};

function dependenciesIn(printed: unknown, canDependOn: (name: string) => boolean): readonly string[] {
  if (printed === undefined) return [];
  const dependencies = objectOf(printed);
  return Object.keys(dependencies).filter(other => {
    return canDependOn(other) || objectOf(dependencies[other]).required === true;
  });
}

/** How many containers the service has, as `scale` or `deploy.replicas` says; 1 when neither does. */
export function scaleOf({ scale, deploy }: ComposeResource): number {
  const replicas = scale ?? objectOf(deploy).replicas;
  return typeof replicas === 'number' ? replicas : 1;
}
