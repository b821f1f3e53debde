import { formatReference, formatRepository } from '../../image/reference.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { parsePayload, readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { digestOf, momentOf, strictReference, timeOf, whyNoImageTag } from '../pushed.ts';
import { headerOf } from '../request.ts';
import { isoTime, jsonSample, sampleDigest } from '../sample.ts';
import type { ParsedDelivery, Sender } from '../sender.ts';

/**
 * Google Artifact Registry through a Pub/Sub push, wrapped or not: `tag` and `digest` are whole references.
 *
 * @see Google Cloud, "Configure Pub/Sub notifications"; "Push subscriptions"
 */
export const google: Sender = {
  name: 'google',
  authentications: presets.google,
  reads: [],
  parse(request) {
    const deliveryId = headerOf(request, 'x-goog-pubsub-message-id');
    if (deliveryId !== undefined) {
      const time = momentOf(Number(headerOf(request, 'x-goog-pubsub-publish-time')));
      return { deliveryId, time, ...parseData(request.body) };
    }
    const body = fieldsOf('Google Artifact Registry', readPayload(request));
    if (body.value('message') === undefined) return parseAction(body);
    const message = body.at('message');
    return {
      deliveryId: message.optional('messageId') ?? message.optional('message_id'),
      time: timeOf(message.optional('publishTime') ?? message.optional('publish_time')),
      ...parseData(Buffer.from(message.optional('data') ?? '', 'base64')),
    };
  },
  sample(image, { id, now }) {
    const digest = `${formatRepository(image)}@${sampleDigest(image)}`;
    const data = JSON.stringify({ action: 'INSERT', digest, tag: formatReference(image) });
    const message = { data: Buffer.from(data).toString('base64'), messageId: id, publishTime: isoTime(now) };
    return jsonSample({ message, subscription: 'projects/example/subscriptions/gopdater' });
  },
};

/** Others may publish to the topic, too: what names no action is not for us, and no reason to be sent it for a week. */
function parseData(data: Uint8Array): ParsedDelivery {
  const fields = dataOf(data);
  if (fields === undefined) return { pushed: [], ignored: ['the message is none of Artifact Registry'] };
  return parseAction(fields);
}

function dataOf(data: Uint8Array): Fields | undefined {
  try {
    const fields = fieldsOf('Google Artifact Registry', parsePayload(data));
    return fields.optional('action') === undefined ? undefined : fields;
  } catch {
    return undefined;
  }
}

function parseAction(fields: Fields): ParsedDelivery {
  if (fields.text('action') !== 'INSERT') return { pushed: [], ignored: ['the action is no push'] };
  const text = fields.optional('tag');
  if (text === undefined) return { pushed: [], ignored: ['the push has no tag'] };
  const image = strictReference(fields, text, 'tag');
  if (image.digest !== undefined || !text.endsWith(`:${image.tag}`)) throw fields.malformed('tag', 'a tag');
  const why = whyNoImageTag(image.tag);
  if (why !== undefined) return { pushed: [], ignored: [why] };
  return { pushed: [{ image, digest: digestOf(fields.optional('digest')?.split('@')[1]) }], ignored: [] };
}
