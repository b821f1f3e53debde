import { compareWithCompose } from './compare-with-compose.ts';
import type { ComposeService } from './compose/project.ts';
import type { DeployDependencies } from './deploy.ts';
import type { ComposeCli } from './docker/compose-cli.ts';
import { composeLabels } from './docker/compose-labels.ts';
import type { CallOptions, Container, Engine } from './docker/engine.ts';
import type { GopdaterError } from './errors.ts';
import type { ImageReference } from './image/reference.ts';
import { checkTag } from './plan/check-tag.ts';
import { checkProjects } from './plan/load-projects.ts';
import { referenceOf } from './plan/match-services.ts';
import { type Order, readPolicy } from './plan/policy.ts';
import { chooseStrategy, type Obstacle } from './plan/preflight.ts';
import { containersOf, isUp } from './plan/service-containers.ts';
import type { WatchedProject } from './plan/watched-project.ts';

/** What can be said of one service before any push. */
export interface ServiceCheck {
  readonly project: string;
  readonly service: string;
  /** As Compose prints it; empty if it has none. */
  readonly image: string;
  /** Which order its updates have, and why. */
  readonly order: Order;
  readonly cause: string;
  /** What stands in the way of start-first; empty: it can be had. */
  readonly obstacles: readonly Obstacle[];
  /** What tells that it is well: its health check, a probe of its label, or that it stays up. */
  readonly gate: 'healthcheck' | 'probe' | 'stays-up' | 'unknown';
  /** Which tags it may be moved to, e.g. `semver:^1.2`. */
  readonly tagPolicy: string;
  /** What its tag moves by, e.g. `WEB_TAG in /srv/shop/.env`; `undefined`: it does not move. */
  readonly tagVariable: string | undefined;
  /** What keeps it from being updated at all. */
  readonly refusal: string | undefined;
  /** What could be better, with the line that does it. */
  readonly advice: readonly string[];
  /** Of the whole project: what Compose copes with, and what it reads otherwise than gopdater. */
  readonly warnings: readonly string[];
}

/**
 * Says for each service of all watched projects whether a push can update it and why not, which strategies it can have and
 * what to write for the better one.
 *
 * @throws GopdaterError of the compose files and the engine
 */
export async function checkServices(
  dependencies: Pick<DeployDependencies, 'projects' | 'engine' | 'reader' | 'defaults' | 'signal'> & {
    /** Asked how Compose reads the files, where it is given. */
    readonly compose?: ComposeCli | undefined;
  },
): Promise<readonly ServiceCheck[]> {
  const { projects, engine, signal, defaults } = dependencies;
  const [watched, containers] = await Promise.all([
    checkProjects(projects, dependencies),
    engine.listContainers({ labels: [composeLabels.project] }, { signal }),
  ]);
  const warningsOf = new Map(
    await Promise.all(
      watched.map(async each => [each.project.name, await projectWarnings(each, dependencies)] as const),
    ),
  );
  const checks = watched.flatMap(one => {
    const { project, obstacle } = one;
    return [...project.services.values()].flatMap(service => {
      const reference = referenceOf(service);
      const warnings = warningsOf.get(project.name) ?? [];
      return [
        async (): Promise<ServiceCheck> => {
          const { policy, problems, obstacle: unclear } = readPolicy(service, defaults);
          const own = containersOf(containers, project.name, service.name).filter(isUp);
          const replicas = own.length || service.scale;
          const { order, cause, obstacles } = chooseStrategy(project, service, policy, { replicas, hasEnded: false });
          const tag = await checkTag(one, service, watched);
          const gate = policy.probe === undefined ? await gateOf(own, { engine, signal }) : 'probe';
          return {
            project: project.name,
            service: service.name,
            image: service.image ?? '',
            order,
            cause,
            obstacles,
            gate,
            tagPolicy: tag.policy,
            tagVariable: tag.variable,
            refusal: obstacle?.message ?? withoutTag(service, reference) ?? unclear,
            warnings,
            advice: [
              ...(service.enabled
                ? []
                : ['No active profile enables it: it is updated only while it has a container.']),
              ...problems,
              ...(obstacle?.hint === undefined ? [] : [obstacle.hint]),
              ...(tag.obstacle === undefined ? [] : [adviceOnTag(tag.obstacle)]),
              ...adviceOnOrder(order, obstacles),
              ...(gate === 'stays-up' ? [adviceOnGate] : []),
            ],
          };
        },
      ];
    });
  });
  return await Promise.all(checks.map(async check => await check()));
}

/** What no push of a tag can be for. */
function withoutTag({ image, attributes }: ComposeService, reference: ImageReference | undefined): string | undefined {
  if (attributes.provider !== undefined) return 'a provider runs it, not an image.';
  if (image === undefined) return 'it is built only, and has no image that could be pushed.';
  if (reference === undefined) return 'its image is no reference that Docker would take.';
  return reference.digest === undefined ? undefined : 'its image is pinned to a digest.';
}

async function projectWarnings(
  watched: WatchedProject,
  { compose, signal }: CallOptions & { readonly compose?: ComposeCli | undefined },
): Promise<readonly string[]> {
  const difference = compose && (await compareWithCompose(watched, { compose, signal }));
  return difference === undefined ? watched.warnings : [...watched.warnings, difference];
}

const adviceOnGate =
  'Only staying up tells that it is well. Give it a healthcheck, or the label “gopdater.probe: http://:PORT/PATH”.';

function adviceOnTag({ message, hint }: GopdaterError): string {
  return `It cannot follow its tag policy: ${message} ${hint ?? ''}`.trim();
}

function adviceOnOrder(order: Order, obstacles: readonly Obstacle[]): readonly string[] {
  if (order === 'start-first') return [];
  if (obstacles.length > 0) return obstacles.map(({ reason, hint }) => `For start-first: ${reason} ${hint}`);
  return [
    'It can be updated without a gap, if two versions may run at once: “deploy: { update_config: { order: start-first } }”.',
  ];
}

async function gateOf(
  [container]: readonly Container[],
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<ServiceCheck['gate']> {
  if (container === undefined) return 'unknown';
  const details = await engine.inspectContainer(container.id, { signal });
  return details?.health === undefined ? 'stays-up' : 'healthcheck';
}

/** A check in words. */
export function formatCheck(check: ServiceCheck): string {
  const { project, service, image, order, cause, gate, tagPolicy, tagVariable, refusal, advice } = check;
  const tag = tagVariable === undefined ? tagPolicy : `${tagPolicy} by ${tagVariable}`;
  const gates = {
    healthcheck: 'its health check',
    probe: 'its probe',
    'stays-up': 'staying up',
    unknown: 'not known, as it does not run',
  };
  return [
    `${project}/${service} (${image || 'no image'})`,
    ...(refusal === undefined
      ? [`  ${order}, as ${cause}; gate: ${gates[gate]}; tag: ${tag}`]
      : [`  not updated: ${refusal}`]),
    ...advice.map(line => `  - ${line}`),
  ].join('\n');
}

/** What concerns whole projects, once each. */
export function formatWarnings(checks: readonly ServiceCheck[]): readonly string[] {
  return [...new Set(checks.flatMap(({ project, warnings }) => warnings.map(warning => `${project}: ${warning}`)))];
}
