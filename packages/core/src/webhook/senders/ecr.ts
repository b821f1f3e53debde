import { objectOf, textOf } from '../../json.ts';
import { fieldsOf } from '../fields.ts';
import { parsePayload, readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { type PushedPlace, pushedImage, timeOf, whyNoImageTag, whyNoImageType } from '../pushed.ts';
import { isoTime, jsonSample, sampleDigest } from '../sample.ts';
import type { ParsedDelivery, Sender } from '../sender.ts';
import { type SnsMessage, snsMessageOf, snsUrl } from '../sns-message.ts';

/**
 * Amazon ECR's events: from EventBridge, or through SNS.
 *
 * @see Amazon ECR User Guide, "Events and EventBridge"; Amazon SNS, "HTTP/HTTPS message format"
 */
export const ecr: Sender = {
  name: 'ecr',
  authentications: presets.ecr,
  reads: [],
  parse(request) {
    const body = readPayload(request);
    const message = snsMessageOf(body);
    return message === undefined ? parseEvent(body) : parseSns(message);
  },
  sample(image, { id, now }) {
    const [, account = '', region = ''] = /^(\d+)\.dkr\.ecr\.([^.]+)\./.exec(image.registry) ?? [];
    return jsonSample({
      ...{ version: '0', id, 'detail-type': 'ECR Image Action', source: 'aws.ecr', account, region },
      ...{ time: isoTime(now), resources: [] },
      detail: {
        ...{ 'action-type': 'PUSH', result: 'SUCCESS', 'repository-name': image.repository },
        ...{ 'image-tag': image.tag, 'image-digest': sampleDigest(image) },
      },
    });
  },
};

function parseSns({ type, message, texts, timestamp }: SnsMessage): ParsedDelivery {
  const known = { deliveryId: texts.MessageId, time: timeOf(timestamp) };
  if (type === 'Notification') {
    const event = jsonIn(message);
    if (event === undefined) return { ...known, pushed: [], ignored: ['the message is no event of ECR'] };
    return { ...parseEvent(event), ...known };
  }
  const url = type === 'SubscriptionConfirmation' ? snsUrl(texts.SubscribeURL) : undefined;
  if (url === undefined) return { ...known, pushed: [], ignored: ['the message is no notification'] };
  return { ...known, pushed: [], ignored: [], answer: { kind: 'confirm', url: url.href } };
}

function parseEvent(body: unknown): ParsedDelivery {
  const fields = fieldsOf('Amazon ECR', body);
  const known = { deliveryId: fields.optional('id'), time: timeOf(fields.optional('time')) };
  const ignored = (reason: string): ParsedDelivery => ({ ...known, pushed: [], ignored: [reason] });
  if (fields.text('source') !== 'aws.ecr' || fields.optional('detail-type') !== 'ECR Image Action') {
    return ignored('the event is no action on an image of ECR');
  }
  const detail = fields.at('detail');
  if (detail.text('action-type') !== 'PUSH') return ignored('the action is no push');
  if (detail.text('result') !== 'SUCCESS') return ignored('the push has not succeeded');
  const tag = detail.optional('image-tag');
  const types = [detail.optional('manifest-media-type'), detail.optional('artifact-media-type')];
  const why = whyNoImageTag(tag) ?? types.map(whyNoImageType).find(Boolean);
  if (why !== undefined || tag === undefined) return ignored(why ?? 'the push has no tag');
  const place: PushedPlace = {
    registry: ecrHost(fields.text('account'), fields.text('region')) ?? '',
    ...{ repository: detail.text('repository-name'), tag, digest: detail.optional('image-digest') },
  };
  if (place.registry === '') throw fields.malformed('account or region', 'one of Amazon');
  return { ...known, pushed: [pushedImage(detail, place, 'repository-name or image-tag')], ignored: [] };
}

/** The registry of an account in a region, both checked: they become a host. */
export function ecrHost(account: string, region: string): string | undefined {
  if (!/^\d{12}$/.test(account) || !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) return undefined;
  return `${account}.dkr.ecr.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function jsonIn(text: string): unknown {
  try {
    const value = parsePayload(Buffer.from(text));
    return textOf(objectOf(value).source) === undefined ? undefined : value;
  } catch {
    return undefined;
  }
}
