import { anyOf, listOf, oneOf, record, type Shape, scalarOf } from './shape.ts';
import { count, duration, integer, number, pairs, size, text, texts } from './shapes.ts';

const update: Shape = record({
  parallelism: integer,
  delay: duration,
  failure_action: text,
  monitor: duration,
  max_failure_ratio: number,
  order: oneOf('start-first', 'stop-first'),
});

/** `gpus` and the reservation of devices. */
export const devices: Shape = listOf(
  record({ capabilities: texts, count, device_ids: texts, driver: text, options: pairs }),
);

/** The attribute `deploy` of a service. */
export const deploy: Shape = anyOf({
  scalar: scalarOf('null'),
  mapping: record({
    mode: text,
    endpoint_mode: text,
    replicas: integer,
    labels: pairs,
    rollback_config: update,
    update_config: update,
    resources: record({
      limits: record({ cpus: number, memory: size, pids: integer }),
      reservations: record({
        cpus: number,
        memory: size,
        generic_resources: listOf(record({ discrete_resource_spec: record({ kind: text, value: number }) })),
        devices,
      }),
    }),
    restart_policy: record({ condition: text, delay: duration, max_attempts: integer, window: duration }),
    placement: record({
      constraints: listOf(text),
      preferences: listOf(record({ spread: text })),
      max_replicas_per_node: integer,
    }),
  }),
});
