import { formatReference } from '../../image/reference.ts';
import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { digestOf, strictReference, whyNoImageTag, whyNoImageType } from '../pushed.ts';
import { isoTime, jsonSample, sampleDigest } from '../sample.ts';
import type { Sender } from '../sender.ts';

/**
 * Diun's webhook, with `method: POST`.
 *
 * @see Diun documentation, "Webhook notifications"
 */
export const diun: Sender = {
  name: 'diun',
  authentications: presets.diun,
  reads: [],
  parse(request) {
    const fields = fieldsOf('Diun', readPayload(request));
    const status = fields.text('status');
    const image = strictReference(fields, fields.text('image'), 'image');
    const why =
      (status === 'new' || status === 'update' ? undefined : 'nothing new was found') ??
      whyNoImageTag(image.tag) ??
      whyNoImageType(fields.optional('mime_type'));
    if (why !== undefined) return { pushed: [], ignored: [why] };
    const digest = image.digest ?? digestOf(fields.optional('digest'));
    return { pushed: [{ image: { ...image, digest: undefined }, digest }], ignored: [] };
  },
  sample: (image, { now }) =>
    jsonSample({
      ...{ status: 'update', image: formatReference(image), digest: sampleDigest(image), created: isoTime(now) },
      mime_type: 'application/vnd.oci.image.index.v1+json',
    }),
};
