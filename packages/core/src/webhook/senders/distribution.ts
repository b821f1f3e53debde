import { GopdaterError } from '../../errors.ts';
import type { ImageReference } from '../../image/reference.ts';
import { objectOf, textOf } from '../../json.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { hostOf, pushedImage, timeOf, whyNoImageTag, whyNoImageType } from '../pushed.ts';
import { isoTime, jsonSample, sampleDigest } from '../sample.ts';
import type { ParsedDelivery, PushedImage, Sender, SenderOptions } from '../sender.ts';

/**
 * Notifications of CNCF Distribution (`registry:2`, `registry:3`): every push, pull and part of one; pushed tags count.
 *
 * @see Distribution, "Work with notifications"
 */
export const distribution: Sender = {
  name: 'distribution',
  authentications: presets.distribution,
  reads: ['host'],
  parse(request, options) {
    const fields = fieldsOf('Distribution', readPayload(request));
    if (fields.value('events') === undefined) throw fields.malformed('events', 'a list');
    const events = fields.list('events');
    const outcomes = events.map(event => readOneOf(event, options));
    const ids = events.map(event => textOf(objectOf(event.value('')).id) ?? '');
    return {
      deliveryId: ids.every(Boolean) && ids.length > 0 ? ids.join(' ') : undefined,
      time: timeOf(textOf(objectOf(events[0]?.value('')).timestamp)),
      pushed: outcomes.flatMap(({ pushed }) => pushed),
      ignored: outcomes.flatMap(({ ignored }) => ignored),
    };
  },
  sample(image, { id, now }) {
    const target = {
      ...targetOf(image),
      url: `https://${image.registry}/v2/${image.repository}/manifests/${image.tag}`,
    };
    const request = { id, host: image.registry, method: 'PUT' };
    return jsonSample(
      { events: [{ id, timestamp: isoTime(now), action: 'push', target, request }] },
      { 'content-type': 'application/vnd.docker.distribution.events.v2+json' },
    );
  },
};

/** What an event says of the manifest that was pushed. */
export function targetOf(image: ImageReference): object {
  const mediaType = 'application/vnd.oci.image.index.v1+json';
  return { mediaType, digest: sampleDigest(image), repository: image.repository, tag: image.tag };
}

/** Distribution sends all of them again, for ever, for one that is refused. */
function readOneOf(event: Fields, options: SenderOptions): Pick<ParsedDelivery, 'pushed' | 'ignored'> {
  try {
    return readEvent(event, options);
  } catch (error) {
    if (error instanceof GopdaterError) return { pushed: [], ignored: [error.message] };
    throw error;
  }
}

/** One event, also as Azure has it: without the list around it. */
export function readEvent(event: Fields, options: SenderOptions): Pick<ParsedDelivery, 'pushed' | 'ignored'> {
  const tag = event.optional('target.tag');
  // Pulls, gopdater's own among them, must not start anything: it would go round for ever.
  const isPush = event.text('action') === 'push';
  const why = isPush ? (whyNoImage(event.at('target')) ?? whyNoImageTag(tag)) : 'the event is no push';
  if (why !== undefined || tag === undefined) return { pushed: [], ignored: [why ?? 'the push has no tag'] };
  return { pushed: [readTarget(event, tag, options)], ignored: [] };
}

/** A chart has an image's type, and other parts: where those are said, one of them is an image's. */
function whyNoImage(target: Fields): string | undefined {
  const types = ['mediaType', 'artifactType'].map(name => target.optional(name));
  const [one, ...others] = target.list('references').map(part => whyNoImageType(part.optional('mediaType')));
  return types.map(whyNoImageType).find(Boolean) ?? (others.includes(undefined) ? undefined : one);
}

function readTarget(event: Fields, tag: string, options: SenderOptions): PushedImage {
  const registry = options.host ?? event.optional('request.host') ?? hostOf(event.optional('target.url'));
  if (registry === undefined) throw event.malformed('request.host', 'the host of a registry');
  const place = { registry, repository: event.text('target.repository'), tag, digest: event.optional('target.digest') };
  return pushedImage(event, place, 'request.host, target.repository or target.tag');
}
