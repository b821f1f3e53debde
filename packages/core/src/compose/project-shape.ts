import { invalid } from './problem.ts';
import { service } from './service-shape.ts';
import { anyOf, dictionaryOf, listOf, record, type Shape, scalarOf, since } from './shape.ts';
import { boolean, driverOptions, namePattern, pairs, text, textOrTexts } from './shapes.ts';
import { mapChildren, type Node } from './tree.ts';

const external: Shape = anyOf({ scalar: boolean, mapping: record({ name: text }) });

const network: Shape = record({
  name: text,
  driver: text,
  driver_opts: driverOptions,
  ipam: record({
    driver: text,
    config: listOf(record({ subnet: text, ip_range: text, gateway: text, aux_addresses: dictionaryOf(text) })),
    options: dictionaryOf(text),
  }),
  external,
  internal: boolean,
  enable_ipv4: boolean,
  enable_ipv6: boolean,
  attachable: boolean,
  labels: pairs,
});

const volume: Shape = record({ name: text, driver: text, driver_opts: driverOptions, external, labels: pairs });

const secret: Shape = record({
  name: text,
  environment: text,
  file: text,
  external,
  labels: pairs,
  driver: text,
  driver_opts: driverOptions,
  template_driver: text,
});

const config: Shape = record({
  name: text,
  content: text,
  environment: text,
  file: text,
  external,
  labels: pairs,
  template_driver: text,
});

const model: Shape = record(
  { name: text, model: text, context_size: scalarOf('integer'), runtime_flags: listOf(text) },
  ['model'],
);

const orNull = (shape: Shape): Shape => anyOf({ scalar: scalarOf('null'), mapping: shape });

export const include: Shape = listOf(
  anyOf({ scalar: text, mapping: record({ path: textOrTexts, env_file: textOrTexts, project_directory: text }) }),
);

const attributes: Shape = record({
  version: text,
  name: text,
  include,
  services: dictionaryOf(service, namePattern),
  models: since('2.40', dictionaryOf(model, namePattern)),
  networks: dictionaryOf(orNull(network), namePattern),
  volumes: dictionaryOf(orNull(volume), namePattern),
  secrets: dictionaryOf(secret, namePattern),
  configs: dictionaryOf(config, namePattern),
});

/** A compose file after interpolation and merging. */
export const project: Shape = since('2.40', attributes, (node, path, compat) => {
  checkFinite(node, path);
  attributes(node, path, compat);
});

/** JSON, which the schema of older versions is given, knows no infinity. */
function checkFinite(node: Node, path: string): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'number' && !Number.isFinite(node.value)) throw invalid(node, `${path} is not finite.`);
  } else {
    mapChildren(node, (child, key) => {
      checkFinite(child, `${path}.${key}`);
      return child;
    });
  }
}
