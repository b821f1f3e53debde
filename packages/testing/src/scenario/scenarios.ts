import type { Scenario } from '../conformance/scenario.ts';
import { lifecycleScenarios } from './container-lifecycle.ts';
import { eventScenarios } from './events.ts';
import { faultScenarios } from './faults.ts';
import { fileScenarios } from './files.ts';
import { healthScenarios } from './health.ts';
import { imageScenarios } from './images.ts';
import { listFilterScenarios } from './list-filters.ts';
import { networkScenarios } from './networks.ts';
import { outputScenarios } from './output.ts';
import { portScenarios } from './ports.ts';
import { pruneScenarios } from './prune.ts';
import { pullScenarios } from './pull.ts';
import { restartPolicyScenarios } from './restart-policy.ts';
import { signalScenarios } from './signals.ts';
import { swarmScenarios } from './swarm.ts';
import { swarmContainerScenarios } from './swarm-containers.ts';
import { systemScenarios } from './system.ts';
import { volumeScenarios } from './volumes.ts';
import { waitScenarios } from './wait.ts';

/** All that an engine is asked for over HTTP; each can be played on its own. */
export const scenarios: readonly Scenario[] = [
  ...systemScenarios,
  ...lifecycleScenarios,
  ...signalScenarios,
  ...waitScenarios,
  ...restartPolicyScenarios,
  ...portScenarios,
  ...listFilterScenarios,
  ...healthScenarios,
  ...outputScenarios,
  ...fileScenarios,
  ...pullScenarios,
  ...imageScenarios,
  ...networkScenarios,
  ...volumeScenarios,
  ...pruneScenarios,
  ...eventScenarios,
  ...faultScenarios,
  ...swarmScenarios,
  ...swarmContainerScenarios,
];
