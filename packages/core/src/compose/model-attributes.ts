import { attributes, listOf, named, type Print } from './print.ts';
import { pairs, strictTextMap, textMap } from './print-lists.ts';
import { flag, optionalFlag, text } from './print-scalars.ts';

const address = attributes({ subnet: text, gateway: text, ip_range: text, aux_addresses: pairs });

const network = attributes(
  {
    name: text,
    driver: text,
    driver_opts: textMap,
    ipam: attributes({ driver: text, config: listOf(address) }),
    external: flag,
    internal: flag,
    attachable: flag,
    labels: pairs,
    enable_ipv4: optionalFlag,
    enable_ipv6: optionalFlag,
  },
  { ipam: {} },
);

const volume = attributes({ name: text, driver: text, driver_opts: textMap, external: flag, labels: pairs });

/** The content of a secret or a config. */
const fileObject = attributes({
  name: text,
  file: text,
  environment: text,
  content: text,
  external: flag,
  labels: pairs,
  driver: text,
  driver_opts: strictTextMap,
  template_driver: text,
});

/** What a project has besides services, by kind. */
export const resources: Readonly<Record<'networks' | 'volumes' | 'secrets' | 'configs', Print>> = {
  networks: named(network),
  volumes: named(volume),
  secrets: named(fileObject),
  configs: named(fileObject),
};
