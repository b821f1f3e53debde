import { parseDuration } from '../compose/duration.ts';
import type { ComposeService } from '../compose/project.ts';
import type { ComposeProjectOptions } from '../docker/compose-cli.ts';
import type { MovedVariable } from './plan.ts';
import type { Order, ServicePolicy, UpdatePolicy } from './policy.ts';
import type { Step } from './step.ts';

/** One service, and the image that it shall run. */
export interface Goal {
  readonly cause: string;
  readonly project: ComposeProjectOptions;
  readonly service: ComposeService;
  /** `repository@digest`, or the id of the image. */
  readonly source: string;
  /** What Compose takes for it: in full, with its tag. */
  readonly name: string;
  /** What its env file must say for that, where the tag comes from a variable. */
  readonly variable?: GoalVariable | undefined;
  /** How many containers it has before and after. */
  readonly replicas: number;
  /** How many of them run the image already. */
  readonly arrived: number;
  readonly order: Order;
  /** Of the update, or of the rollback. */
  readonly config: UpdatePolicy;
  readonly policy: ServicePolicy;
  /** Ids of containers that need not prove themselves. */
  readonly exempt: readonly string[];
  /** True when none of its containers is up: it may be a job that ends. */
  readonly hasEnded: boolean;
}

/** The variable of a goal’s tag. */
export interface GoalVariable extends MovedVariable {
  /** Those whose tag comes from it, by `project/service`. */
  readonly services: readonly string[];
}

const defaultStayUpMs = 5_000;

/**
 * The steps that bring one service to an image, a few replicas at a time. Each step looks first how far it is done
 * already, so the same ones bring it there from halfway; a rollback is made of them, too.
 *
 * What hands requests to the service is told between the gate and the removal: there `publish` and `drain` belong.
 */
export function planServiceSteps(goal: Goal): readonly Step[] {
  const { replicas, order, config } = goal;
  const size = config.parallelism === 0 ? replicas : config.parallelism;
  if (goal.hasEnded || (order === 'stop-first' && size >= replicas)) return [recreate(goal), gate(goal, replicas)];
  const steps: Step[] = [];
  // What has arrived before, and was not looked at since, passes the gate with the last of them.
  for (let done = Math.min(goal.arrived, replicas - 1); done < replicas; ) {
    if (steps.length > 0 && config.delayMs > 0) steps.push(delay(goal));
    done = Math.min(done + size, replicas);
    const [start, check, remove] = [scaleUp(goal, done), gate(goal, done), removeOthers(goal, replicas - done)];
    steps.push(...(order === 'start-first' ? [start, check, remove] : [remove, start, check]));
  }
  return steps;
}

function recreate({ cause, project, service, source, replicas, policy }: Goal): Step {
  return {
    kind: 'recreate',
    cause,
    project,
    service: service.name,
    source,
    scale: replicas === service.scale ? undefined : replicas,
    graceMs: graceMsOf(service),
    hooksMs: hooksMsOf(service, policy),
  };
}

function scaleUp({ cause, project, service, source, policy }: Goal, count: number): Step {
  return {
    kind: 'scale-up',
    cause,
    project,
    service: service.name,
    source,
    count,
    hooksMs: hooksMsOf(service, policy),
  };
}

/** Compose waits for them without a word; what they do, e.g. fill a cache, is part of becoming healthy. */
function hooksMsOf({ attributes }: ComposeService, { healthTimeoutMs }: ServicePolicy): number {
  const { post_start: after, pre_stop: before } = attributes;
  return [after, before].some(hooks => Array.isArray(hooks) && hooks.length > 0) ? healthTimeoutMs : 0;
}

function gate(goal: Goal, count: number): Step {
  const { project, service, source, replicas, config, policy, exempt, hasEnded } = goal;
  return {
    kind: 'await-healthy',
    cause: 'what does not run well is put back.',
    project,
    service: service.name,
    source,
    count,
    exempt,
    tolerated: Math.floor(config.maxFailureRatio * replicas),
    probe: policy.probe,
    monitorMs: config.monitorMs ?? 0,
    stayUpMs: config.monitorMs ?? defaultStayUpMs,
    mayEnd: hasEnded,
    timeoutMs: policy.healthTimeoutMs,
  };
}

function removeOthers({ project, service, source, replicas, order }: Goal, keep: number): Step {
  return {
    kind: 'remove',
    cause: order === 'start-first' ? 'the new one serves.' : 'the old one goes first.',
    project,
    service: service.name,
    source,
    keep,
    replicas,
    graceMs: graceMsOf(service),
  };
}

function graceMsOf({ attributes: { stop_grace_period: grace } }: ComposeService): number | undefined {
  return typeof grace === 'string' ? parseDuration(grace) : undefined;
}

function delay({ project, service, config }: Goal): Step {
  return { kind: 'delay', cause: 'update_config.delay says so.', project, service: service.name, ms: config.delayMs };
}
