import { formatRepository } from '../../image/reference.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { digestOf, strictReference, whyNoImageTag } from '../pushed.ts';
import { headerOf } from '../request.ts';
import { jsonSample } from '../sample.ts';
import type { ParsedDelivery, Sender } from '../sender.ts';

/**
 * Any sender that can write JSON or a query: `{"image": "ghcr.io/acme/web", "tag": "1.4"}` and its variants.
 *
 * @see docs/webhooks.md
 */
export const generic: Sender = {
  name: 'generic',
  authentications: presets.generic,
  reads: [],
  parse(request) {
    const deliveryId = headerOf(request, 'webhook-id') ?? headerOf(request, 'idempotency-key');
    const body = request.body.length === 0 ? bodyOfQuery(request.query) : readPayload(request);
    return { deliveryId, ...withoutUndefined(parseImages(fieldsOf('gopdater’s own form', body))) };
  },
  sample: (image, { id }) => jsonSample({ image: formatRepository(image), tag: image.tag, id }),
};

/** One image, a list of them, or a service by name. */
export function parseImages(fields: Fields): ParsedDelivery {
  const deliveryId = fields.optional('id');
  const service = fields.optional('service');
  if (service !== undefined) {
    const services = [{ project: name(fields, 'project'), service: name(fields, 'service') }];
    return { deliveryId, pushed: [], services, ignored: [] };
  }
  const listed = fields.list('images');
  const outcomes = listed.length > 0 ? listed.map(parseImage) : [parseImage(fields)];
  return {
    deliveryId,
    pushed: outcomes.flatMap(({ pushed }) => pushed),
    ignored: outcomes.flatMap(({ ignored }) => ignored),
  };
}

/** `image`, or what others call it: `name` (keel), `artifact` (doco-cd); a text in a list. */
function parseImage(fields: Fields): ParsedDelivery {
  const isText = typeof fields.value('') === 'string';
  const field = isText ? '' : (['image', 'name', 'artifact'].find(one => fields.value(one) !== undefined) ?? 'image');
  const text = fields.text(field);
  const tag = isText ? undefined : fields.optional('tag');
  const hasTag = text.split('@')[0]?.split('/').pop()?.includes(':') ?? false;
  const named = strictReference(fields, tag === undefined || hasTag ? text : withTag(text, tag), 'image or tag');
  if (tag !== undefined && named.tag !== tag) throw fields.malformed('tag', 'the one that image names');
  const why = whyNoImageTag(named.tag);
  if (why !== undefined) return { pushed: [], ignored: [why] };
  const digest = named.digest ?? digestOf(isText ? undefined : fields.optional('digest'));
  return { pushed: [{ image: { ...named, digest: undefined }, digest }], ignored: [] };
}

function withTag(text: string, tag: string): string {
  const [image, ...digest] = text.split('@');
  return [`${image}:${tag}`, ...digest].join('@');
}

/** `?image=acme/web&tag=1.4`, or several: `?image=acme/web:1.4,acme/worker:1.4`. */
function bodyOfQuery(query: URLSearchParams): unknown {
  const images = query.getAll('image').flatMap(text => text.split(','));
  const [tag, ...more] = query.getAll('tag');
  if (more.length > 0) return undefined;
  return { images: images.map(image => (tag === undefined ? image : { image, tag })) };
}

function name(fields: Fields, path: string): string {
  const text = fields.text(path);
  if (/^[a-zA-Z0-9][\w.-]{0,127}$/.test(text)) return text;
  throw fields.malformed(path, 'a name');
}

function withoutUndefined(delivery: ParsedDelivery): ParsedDelivery {
  const { deliveryId, ...others } = delivery;
  return deliveryId === undefined ? others : delivery;
}
