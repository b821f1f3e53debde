import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { pushedImage, timeOf, whyNoImageTag } from '../pushed.ts';
import { headerOf } from '../request.ts';
import { isoTime, jsonSample, keyOfHosts } from '../sample.ts';
import type { Sender } from '../sender.ts';

const pushes = new Set(['CREATED', 'UPDATED']);

/**
 * Sonatype Nexus: components of a repository. It names the repository by its key; where that listens is configured.
 *
 * @see Sonatype help, "Webhooks", Repository Component
 */
export const nexus: Sender = {
  name: 'nexus',
  authentications: presets.nexus,
  reads: ['host', 'hosts'],
  parse(request, { host, hosts = {} }) {
    const fields = fieldsOf('Nexus', readPayload(request));
    const known = {
      deliveryId: headerOf(request, 'x-nexus-webhook-delivery'),
      time: timeOf(fields.optional('timestamp')),
    };
    const ignored = (reason: string) => ({ ...known, pushed: [], ignored: [reason] });
    const event = headerOf(request, 'x-nexus-webhook-id') ?? 'rm:repository:component';
    if (event !== 'rm:repository:component') return ignored('the event is none of a component');
    if (!pushes.has(fields.text('action'))) return ignored('the event is no push');
    const component = fields.at('component');
    if (component.text('format') !== 'docker') return ignored('the component is not an image');
    const tag = component.optional('version');
    const why = whyNoImageTag(tag);
    if (why !== undefined || tag === undefined) return ignored(why ?? 'the push has no tag');
    const key = fields.text('repositoryName');
    const where = Object.hasOwn(hosts, key) ? hosts[key] : host;
    if (where === undefined) return ignored('no host is configured for this repository of Nexus');
    const [registry = '', ...path] = where.split('/');
    const place = { registry, repository: [...path, component.text('name')].join('/'), tag };
    return { ...known, pushed: [pushedImage(component, place, 'name or version')], ignored: [] };
  },
  sample(image, { id, now, options }) {
    const { key, name } = keyOfHosts(image, options.hosts) ?? { key: 'docker-hosted', name: image.repository };
    const component = { format: 'docker', name, version: image.tag };
    return jsonSample(
      { timestamp: isoTime(now), initiator: 'gopdater', repositoryName: key, action: 'CREATED', component },
      { 'x-nexus-webhook-id': 'rm:repository:component', 'x-nexus-webhook-delivery': id },
    );
  },
};
