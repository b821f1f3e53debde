import { EngineError } from '../../errors.ts';
import { objectOf, stringOf } from '../wire/json.ts';
import type { ContainerSpec } from './container-spec.ts';

/** Options by driver, where the engine checks their names and the fake knows them; undefined: it takes all. */
const drivers: Readonly<Record<string, readonly string[] | undefined>> = {
  none: undefined,
  'json-file': ['max-file', 'max-size', 'compress', 'labels', 'labels-regex', 'env', 'env-regex', 'tag'],
  local: ['max-file', 'max-size', 'compress'],
  ...{ awslogs: undefined, fluentd: undefined, gcplogs: undefined, gelf: undefined, journald: undefined },
  ...{ splunk: undefined, syslog: undefined },
};

/** Of every driver. */
const commonOptions = ['mode', 'max-buffer-size'];

/** @throws EngineError 400 for a driver or an option of its that there is not */
export function checkLogDriver({ hostConfig }: ContainerSpec): void {
  const { Type, Config } = objectOf(hostConfig.LogConfig);
  const name = stringOf(Type) ?? 'json-file';
  if (!(name in drivers)) {
    throw new EngineError(400, `error looking up logging plugin ${name}: plugin "${name}" not found`);
  }
  const known = drivers[name];
  const unknown = Object.keys(objectOf(Config)).find(option => ![...commonOptions, ...(known ?? [])].includes(option));
  if (known !== undefined && unknown !== undefined) {
    throw new EngineError(400, `unknown log opt '${unknown}' for ${name} log driver`);
  }
}
