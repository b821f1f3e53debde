import type { ComposeService } from '@gopdater/core';
import type { ComposeRun } from './compose-run.ts';
import { labels } from './labels.ts';
import { networksOf, volumesOf } from './service-attributes.ts';
import { networkName, volumeName } from './service-spec.ts';

/** Creates the networks and named volumes that the services use and that are not there. */
export async function ensureResources(run: ComposeRun, services: readonly ComposeService[]): Promise<void> {
  const networked = services.filter(({ attributes }) => attributes.network_mode === undefined);
  for (const key of new Set(networked.flatMap(service => [...networksOf(service).keys()])))
    await ensureNetwork(run, key);
  const volumes = services.flatMap(volumesOf).filter(({ type, source }) => type === 'volume' && source !== '');
  for (const key of new Set(volumes.map(({ source }) => source))) await ensureVolume(run, key);
}

async function ensureNetwork({ project, daemon, progress, version }: ComposeRun, key: string): Promise<void> {
  const name = networkName(project, key);
  if (await daemon.hasNetwork(name)) return;
  progress.thing(`Network ${name} `, 'Creating');
  await daemon.createNetwork({
    name,
    driver: 'bridge',
    labels: { [labels.network]: key, [labels.project]: project.name, [labels.version]: version },
    options: {},
    isInternal: false,
    isAttachable: false,
  });
  progress.thing(`Network ${name} `, 'Created');
}

async function ensureVolume({ project, daemon, progress, version }: ComposeRun, key: string): Promise<void> {
  const name = volumeName(project, key);
  if (await daemon.hasVolume(name)) return;
  progress.thing(`Volume ${name} `, 'Creating');
  await daemon.createVolume({
    name,
    labels: { [labels.volume]: key, [labels.project]: project.name, [labels.version]: version },
  });
  progress.thing(`Volume ${name} `, 'Created');
}
