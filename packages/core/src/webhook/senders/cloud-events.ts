import { GopdaterError } from '../../errors.ts';
import { canonicalRegistry, formatRepository, withoutHttpsPort } from '../../image/reference.ts';
import { objectOf } from '../../json.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { parsePayload, readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { hostOf, pushedImage, timeOf, whyNoImageTag } from '../pushed.ts';
import { type HookRequest, headerOf, mediaTypeOf } from '../request.ts';
import { isoTime, jsonSample } from '../sample.ts';
import type { ParsedDelivery, Sender, SenderOptions } from '../sender.ts';
import { strictBase64 } from '../strict-base64.ts';
import { parseAzure } from './azure.ts';
import { ecrHost } from './ecr.ts';
import { parseImages } from './generic.ts';
import { parseHarbor } from './harbor.ts';

const isPush = /push|publish|image.*(?:creat|updat)/i;
const isChange = /creat|updat/i;
const imageNames = ['image', 'images', 'name', 'artifact', 'service', 'repository', 'repositoryName'];
const isNoPush = /unpublish|delet|remov|pull|scan|fail|sign/i;

/**
 * CloudEvents over HTTP: structured, binary or a batch, with the handshake of its web hooks.
 *
 * @see CloudEvents, "HTTP Protocol Binding" and "HTTP 1.1 Web Hooks for Event Delivery"
 */
export const cloudEvents: Sender = {
  name: 'cloudevents',
  authentications: presets.cloudEvents,
  reads: ['host'],
  parse(request, options) {
    if (request.method === 'OPTIONS') return handshake(request);
    const outcomes = readEvents(request).map(event => tryEvent(event, options));
    const [first] = outcomes;
    if (first instanceof GopdaterError && outcomes.every(one => one instanceof GopdaterError)) throw first;
    const events = outcomes.map(one => (one instanceof GopdaterError ? { pushed: [], ignored: [one.message] } : one));
    const ids = events.map(({ deliveryId }) => deliveryId ?? '');
    return {
      deliveryId: ids.length > 0 && ids.every(Boolean) ? ids.join('\n') : undefined,
      time: events[0]?.time,
      pushed: events.flatMap(({ pushed }) => pushed),
      services: events.flatMap(({ services = [] }) => services),
      ignored: events.flatMap(({ ignored }) => ignored),
    };
  },
  sample(image, { id, now }) {
    const event = { specversion: '1.0', id, source: '/gopdater', type: 'image.pushed', time: isoTime(now) };
    const data = { image: formatRepository(image), tag: image.tag };
    return jsonSample({ ...event, data }, { 'content-type': 'application/cloudevents+json' });
  },
};

/** Whether an event tells of a new image: by its type, e.g. `image.pushed`, or as something new that names one. */
export function isImagePush(type: string, data: Fields): boolean {
  return !isNoPush.test(type) && (isPush.test(type) || (isChange.test(type) && hasAny(data, imageNames)));
}

/** `WebHook-Request-Callback` is left unread: a sender does not choose whom gopdater asks. */
function handshake(request: HookRequest): ParsedDelivery {
  const origin = headerOf(request, 'webhook-request-origin');
  if (origin !== undefined && /^[\w.:/-]{1,255}$/.test(origin)) {
    return { pushed: [], ignored: [], answer: { kind: 'handshake', origin } };
  }
  throw fieldsOf('CloudEvents', {}).malformed('the header webhook-request-origin', 'the name of an origin');
}

function readEvents(request: HookRequest): readonly unknown[] {
  const mediaType = mediaTypeOf(request);
  if (/^application\/cloudevents/.test(mediaType) && !mediaType.endsWith('+json')) {
    throw new GopdaterError('DELIVERY_FORMAT_UNKNOWN', `CloudEvents are read as JSON only, not as ${mediaType}.`);
  }
  const body = readPayload(request);
  if (mediaType === 'application/cloudevents-batch+json') {
    return fieldsOf('CloudEvents', { batch: body })
      .list('batch')
      .map(event => event.value(''));
  }
  if (mediaType === 'application/cloudevents+json' || !request.headers.has('ce-specversion')) return [body];
  const attributes = ['id', 'source', 'type', 'specversion', 'time', 'subject'];
  return [{ ...Object.fromEntries(attributes.map(name => [name, headerOf(request, `ce-${name}`)])), data: body }];
}

/** One of a batch that cannot be read takes none of the others with it. */
function tryEvent(event: unknown, options: SenderOptions): ParsedDelivery | GopdaterError {
  try {
    return parseEvent(event, options);
  } catch (error) {
    if (error instanceof GopdaterError) return error;
    throw error;
  }
}

function parseEvent(event: unknown, options: SenderOptions): ParsedDelivery {
  const body = withData(event);
  const fields = fieldsOf('CloudEvents', body);
  // Without it nothing tells an event from whatever else has a type.
  fields.text('specversion');
  const type = fields.text('type');
  const deliveryId = `${fields.text('source')} ${fields.text('id')}`;
  const known = { deliveryId, time: timeOf(fields.optional('time')) };
  const data = fields.at('data');
  if (!isImagePush(type, data)) return { ...known, pushed: [], ignored: ['the event is no push'] };
  if (type.startsWith('harbor.')) return { ...parseHarbor(body, options), ...known };
  if (type.startsWith('Microsoft.ContainerRegistry.'))
    return { ...parseAzure(fields.value('data'), options), ...known };
  const read =
    type.startsWith('com.amazon.ecr.') || hasAny(data, ['repositoryName', 'repository'])
      ? parseRepository(fields, data, options)
      : atHost(parseImages(data), options);
  return { ...read, ...known };
}

/** Data that its sender has taken for bytes comes as base64 (CloudEvents, "JSON Event Format", section 3.1). */
function withData(event: unknown): unknown {
  const { data, data_base64: text, ...attributes } = objectOf(event);
  if (data !== undefined || text === undefined) return event;
  const bytes = typeof text === 'string' ? strictBase64(text) : undefined;
  if (bytes === undefined) throw fieldsOf('CloudEvents', event).malformed('data_base64', 'base64');
  return { ...attributes, data: parsePayload(bytes) };
}

/** Images in full, at the host that is configured if one is. */
function atHost(delivery: ParsedDelivery, { host }: SenderOptions): ParsedDelivery {
  if (host === undefined) return delivery;
  const registry = canonicalRegistry(withoutHttpsPort(host));
  return { ...delivery, pushed: delivery.pushed.map(one => ({ ...one, image: { ...one.image, registry } })) };
}

/** As a transformer of EventBridge writes it, and others: repository and tag on their own, or in the subject. */
function parseRepository(fields: Fields, data: Fields, { host }: SenderOptions): ParsedDelivery {
  const [, named, tagged] = /^([^:@]+):([^:]+)$/.exec(fields.optional('subject') ?? '') ?? [];
  const tag = data.optional('tag') ?? data.optional('imageTag') ?? tagged;
  const why = whyNoImageTag(tag);
  if (why !== undefined || tag === undefined) return { pushed: [], ignored: [why ?? 'the push has no tag'] };
  const registry = host ?? registryOf(fields.text('source'), data);
  if (registry === undefined) throw fields.malformed('data.registryUrl or source', 'a registry');
  const repository = data.optional('repositoryName') ?? data.optional('repository') ?? named ?? data.text('repository');
  const digest = data.optional('digest') ?? data.optional('imageDigest');
  return { pushed: [pushedImage(data, { registry, repository, tag, digest }, 'repository or tag')], ignored: [] };
}

function registryOf(source: string, data: Fields): string | undefined {
  const said = hostOf(data.optional('registryUrl') ?? data.optional('registry'));
  const [, region, account] = /^(?:urn|arn):aws[\w-]*:ecr:([^:]*):([^:]*):/.exec(source) ?? [];
  if (said !== undefined || region === undefined)
    return said ?? (/^https?:/i.test(source) ? hostOf(source) : undefined);
  return ecrHost(data.optional('registryId') ?? account ?? '', region);
}

function hasAny(fields: Fields, names: readonly string[]): boolean {
  return names.some(name => Object.hasOwn(objectOf(fields.value('')), name));
}
