import { formatReference } from '../../image/reference.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { hostOf, momentOfSeconds, pushedImage, timeOf, whyNoImageTag } from '../pushed.ts';
import { jsonSample, sampleDigest, splitOwner } from '../sample.ts';
import type { ParsedDelivery, Sender, SenderOptions } from '../sender.ts';

/** A tag that is set by hand moves as one that is pushed does. */
const pushes = new Set(['PUSH_ARTIFACT', 'pushImage', 'CREATE_TAG', 'harbor.artifact.pushed', 'harbor.tag.created']);

/**
 * Harbor's webhook, in its own format and as a CloudEvent.
 *
 * @see Harbor docs, "Configure Webhook Notifications"
 */
export const harbor: Sender = {
  name: 'harbor',
  authentications: presets.harbor,
  reads: ['host'],
  parse: (request, options) => parseHarbor(readPayload(request), options),
  sample(image, { now }) {
    const { owner, name } = splitOwner(image.repository);
    const repository = { name, namespace: owner, repo_full_name: image.repository, repo_type: 'private' };
    const resources = [{ digest: sampleDigest(image), tag: image.tag, resource_url: formatReference(image) }];
    const occurred = { type: 'PUSH_ARTIFACT', occur_at: Math.floor(now / 1000), operator: 'gopdater' };
    return jsonSample({ ...occurred, event_data: { resources, repository } });
  },
};

export function parseHarbor(body: unknown, options: SenderOptions): ParsedDelivery {
  const fields = fieldsOf('Harbor', body);
  const isCloudEvent = fields.optional('specversion') !== undefined;
  const known = isCloudEvent
    ? { deliveryId: fields.optional('id'), time: timeOf(fields.optional('time')) }
    : { time: momentOfSeconds(fields.value('occur_at')) };
  if (!pushes.has(fields.text('type'))) return { ...known, pushed: [], ignored: ['the event is no push'] };
  const data = fields.at(isCloudEvent ? 'data' : 'event_data');
  const resources = data.list('resources');
  const why = (resource: Fields) => whyNoImageTag(resource.optional('tag'));
  return {
    ...known,
    pushed: resources
      .filter(resource => why(resource) === undefined)
      .map(resource => readResource(data, resource, options)),
    ignored: resources.flatMap(resource => why(resource) ?? []),
  };
}

function readResource(data: Fields, resource: Fields, options: SenderOptions) {
  const registry = options.host ?? hostOf(resource.text('resource_url')) ?? '';
  const repository =
    data.optional('repository.repo_full_name') ??
    `${data.text('repository.namespace')}/${data.text('repository.name')}`;
  const place = { registry, repository, tag: resource.text('tag'), digest: resource.optional('digest') };
  return pushedImage(data, place, 'resource_url, repo_full_name or tag');
}
