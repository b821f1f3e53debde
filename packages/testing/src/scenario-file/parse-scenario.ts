import type { RunOptions } from '../docker/fake-docker.ts';
import { ignoredFields } from '../docker/wire/ignored-fields.ts';
import type { HealthChange, HealthStatus } from '../registry/behaviour.ts';
import type { PushOptions } from '../registry/fake-registry.ts';
import { given } from './given.ts';
import { parseFault } from './parse-fault.ts';
import type { Place } from './place.ts';
import type { LaterStep, Scenario, ScenarioContainer, ScenarioImage } from './scenario.ts';

/** @throws ScenarioError where something is unknown, missing or of another kind */
export function parseScenario(document: Place): Scenario {
  const { images, containers, faults, later } = document.fields(['images', 'containers', 'faults', 'later']);
  return {
    images: images?.list().map(parseImage) ?? [],
    containers: containers?.list().map(parseContainer) ?? [],
    faults: faults?.list().map(parseFault) ?? [],
    later: later?.list().map(parseLater) ?? [],
  };
}

function parseImage(place: Place): ScenarioImage {
  const fields = place.fields([
    ...['name', 'version', 'labels', 'env', 'command', 'exposedPorts', 'files', 'platforms', 'created'],
    ...['health', 'startMs', 'exitCode', 'exitAfterMs', 'stopAfterMs'],
  ]);
  const options: PushOptions = given({
    version: fields.version?.string(),
    labels: fields.labels?.stringMap(),
    env: fields.env?.stringMap(),
    command: fields.command?.strings(),
    exposedPorts: fields.exposedPorts?.strings(),
    files: fields.files?.stringMap(),
    platforms: fields.platforms?.strings(),
    created: fields.created?.string(),
    health: fields.health && parseHealth(fields.health),
    startMs: fields.startMs?.milliseconds(),
    exitCode: fields.exitCode?.integer(),
    exitAfterMs: fields.exitAfterMs?.milliseconds(),
    stopAfterMs: fields.stopAfterMs?.milliseconds(),
  });
  return { name: place.needed(fields, 'name').string(), options };
}

const healthStatuses: readonly HealthStatus[] = ['starting', 'healthy', 'unhealthy'];

function parseHealth(place: Place): HealthStatus | readonly HealthChange[] {
  if (!Array.isArray(place.value)) return place.oneOf(healthStatuses);
  return place.list().map(change => {
    const fields = change.fields(['status', 'afterMs', 'output']);
    return {
      status: change.needed(fields, 'status').oneOf(healthStatuses),
      afterMs: change.needed(fields, 'afterMs').milliseconds(),
      ...given({ output: fields.output?.string() }),
    };
  });
}

function parseContainer(place: Place): ScenarioContainer {
  const fields = place.fields(['image', 'name', 'labels', 'config']);
  const config = fields.config?.object();
  for (const field of ignoredFields('POST /containers/create', { query: {}, body: config ?? {} })) {
    fields.config?.fail(`the fake does not model ${field}. Leave it out.`);
  }
  const options: RunOptions = given({
    name: fields.name?.string(),
    labels: fields.labels?.stringMap(),
    config,
  });
  return { image: place.needed(fields, 'image').string(), options };
}

const acts = ['push', 'run', 'exit', 'health', 'fault'] as const;

function parseLater(place: Place): LaterStep {
  const fields = place.fields(['afterMs', ...acts]);
  const afterMs = place.needed(fields, 'afterMs').milliseconds();
  const [kind, second] = acts.filter(name => fields[name]);
  if (kind === undefined || second !== undefined) return place.fail(`needs one of ${acts.join(', ')}.`);
  const act = place.needed(fields, kind);
  switch (kind) {
    case 'push':
      return { afterMs, kind, image: parseImage(act) };
    case 'run':
      return { afterMs, kind, container: parseContainer(act) };
    case 'exit': {
      const { code, ...of } = act.fields(['container', 'code']);
      return { afterMs, kind, container: act.needed(of, 'container').string(), code: code?.integer() ?? 0 };
    }
    case 'health': {
      const of = act.fields(['container', 'status', 'output']);
      return {
        ...{ afterMs, kind, container: act.needed(of, 'container').string(), output: of.output?.string() ?? '' },
        status: act.needed(of, 'status').oneOf(healthStatuses.slice(1)),
      };
    }
    case 'fault':
      return { afterMs, kind, fault: parseFault(act) };
  }
}
