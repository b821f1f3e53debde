import { type Fields, fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { hostOf, pushedImage, whyNoImageTag } from '../pushed.ts';
import { jsonSample, keyOfHosts, sampleDigest, splitOwner } from '../sample.ts';
import type { Sender, SenderOptions } from '../sender.ts';

const pushes = new Set(['pushed', 'promoted']);
const imageTypes = new Set(['docker', 'oci']);

/**
 * JFrog Artifactory's events of the domain `docker`.
 *
 * @see JFrog documentation, "Webhook events", Domain: Docker
 */
export const jfrog: Sender = {
  name: 'jfrog',
  authentications: presets.jfrog,
  reads: ['host', 'hosts'],
  parse(request, options) {
    const fields = fieldsOf('JFrog Artifactory', readPayload(request));
    const ignored = (reason: string) => ({ pushed: [], ignored: [reason] });
    if (fields.text('domain') !== 'docker') return ignored('the event is none of Docker images');
    if (!pushes.has(fields.text('event_type'))) return ignored('the event is no push');
    const data = fields.at('data');
    if (!imageTypes.has(data.optional('image_type') ?? 'docker')) return ignored('what was pushed is not an image');
    const tag = data.optional('tag');
    const why = whyNoImageTag(tag);
    if (why !== undefined || tag === undefined) return ignored(why ?? 'the push has no tag');
    const digest = `sha256:${data.optional('sha256') ?? ''}`;
    const place = { ...placeOf(fields, data, options), tag, digest };
    return { pushed: [pushedImage(fields, place, 'jpd_origin, data.repo_key, data.path or data.tag')], ignored: [] };
  },
  sample(image, { options }) {
    const { owner, name: below } = splitOwner(image.repository);
    const { key, name } = keyOfHosts(image, options.hosts) ?? { key: owner, name: below };
    const data = {
      ...{ repo_key: key, path: `${name}/${image.tag}/manifest.json`, name: 'manifest.json' },
      ...{ sha256: sampleDigest(image).slice('sha256:'.length), image_name: name, image_type: 'docker' },
    };
    return jsonSample({
      ...{ domain: 'docker', event_type: 'pushed', jpd_origin: `https://${image.registry}` },
      data: { ...data, tag: image.tag },
    });
  },
};

/** Where the repository is reached: as configured, else by its key below the platform's own host. */
function placeOf(fields: Fields, data: Fields, { host, hosts = {} }: SenderOptions) {
  const key = data.text('repo_key');
  const name = data.optional('path')?.split('/').slice(0, -2).join('/') || data.text('image_name');
  const prefix = Object.hasOwn(hosts, key) ? hosts[key] : undefined;
  const registry = prefix ?? host ?? hostOf(fields.optional('jpd_origin'));
  if (registry === undefined) throw fields.malformed('jpd_origin', 'a URL, and no host is configured');
  const [first = '', ...path] = registry.split('/');
  return { registry: first, repository: [...path, ...(prefix === undefined ? [key] : []), name].join('/') };
}
