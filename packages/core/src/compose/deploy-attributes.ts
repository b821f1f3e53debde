import { attributes, listOf, type Print } from './print.ts';
import { pairs, texts } from './print-lists.ts';
import {
  bytes,
  count,
  cpuCount,
  decimal,
  duration,
  integer,
  optionalDuration,
  optionalInteger,
  optionalUnsigned,
  text,
  unsigned,
} from './print-scalars.ts';

/** `gpus`, and the reservation of devices. */
export const deviceRequests: Print = listOf(
  attributes({ capabilities: texts, driver: text, count, device_ids: texts, options: pairs }),
);

const update = attributes({
  parallelism: optionalUnsigned(64),
  delay: duration,
  failure_action: text,
  monitor: duration,
  max_failure_ratio: decimal,
  order: text,
});

const genericResource = attributes({
  discrete_resource_spec: attributes({ kind: text, value: optionalInteger }, { kind: '', value: 0 }),
});

const resource = attributes({
  cpus: cpuCount,
  memory: bytes,
  pids: integer,
  devices: deviceRequests,
  generic_resources: listOf(genericResource),
});

/** The attribute `deploy` of a service. */
export const deploy: Print = attributes(
  {
    mode: text,
    replicas: optionalInteger,
    labels: pairs,
    update_config: update,
    rollback_config: update,
    resources: attributes({ limits: resource, reservations: resource }),
    restart_policy: attributes({
      condition: text,
      delay: optionalDuration,
      max_attempts: optionalUnsigned(64),
      window: optionalDuration,
    }),
    placement: attributes({
      constraints: texts,
      preferences: listOf(attributes({ spread: text })),
      max_replicas_per_node: unsigned(64),
    }),
    endpoint_mode: text,
  },
  { resources: {}, placement: {} },
);
