import type { Command } from 'commander';
import { type Config, readConfig, serveOptions } from '../config.ts';
import { findEntrance } from '../hook/find-entrance.ts';
import { hookUrls, publicBase } from '../hook/hook-url.ts';
import { registrySettings } from '../hook/registry-settings.ts';
import { type Entrance, entrancesOf } from '../receivers/entrances.ts';
import type { CliContext } from './context.ts';

interface UrlFlags {
  readonly hideSecret?: boolean;
  readonly json?: boolean;
}

export function addHookUrl(hook: Command, context: CliContext): void {
  hook
    .command('url')
    .argument('[NAME]', 'the receiver; all of them if none is named')
    .description('Print the URL to paste into the registry, its secret included, and what else to set there.')
    .option('--hide-secret', 'write <secret> for a secret in a path')
    .option('--json', 'as JSON')
    .action((name: string | undefined, flags: UrlFlags) => {
      const config = readConfig(context.environment);
      const all = entrancesOf(serveOptions(config));
      const entrances = name === undefined && all.length > 0 ? all : [findEntrance(all, name ?? '')];
      context.print(flags.json ? asJson(entrances, config, flags) : asText(entrances, config, flags));
    });
}

function asText(entrances: readonly Entrance[], config: Config, { hideSecret }: UrlFlags): string {
  const base = publicBase(config);
  const unknown = base.isKnown
    ? []
    : ['GOPDATER_PUBLIC_URL is not set: put the address that the registry reaches in place of the one shown.', ''];
  const shown = entrances.map(entrance => {
    const urls = hookUrls(entrance, base.url, { hidesSecret: hideSecret === true });
    const lines = registrySettings(entrance).map(([label, value]) => `  ${label}: ${value}`);
    return [`${entrance.name} (${entrance.receiver.sender.name})`, ...urls.map(url => `  ${url}`), ...lines].join('\n');
  });
  return [...unknown, shown.join('\n\n')].join('\n');
}

function asJson(entrances: readonly Entrance[], config: Config, { hideSecret }: UrlFlags): string {
  const base = publicBase(config);
  const all = entrances.map(entrance => ({
    ...{ name: entrance.name, sender: entrance.receiver.sender.name },
    ...{ authentication: entrance.isOpen ? 'none' : entrance.receiver.authentication.kind, isPublicUrl: base.isKnown },
    urls: hookUrls(entrance, base.url, { hidesSecret: hideSecret === true }),
    settings: Object.fromEntries(registrySettings(entrance)),
  }));
  return JSON.stringify(all, null, 2);
}
