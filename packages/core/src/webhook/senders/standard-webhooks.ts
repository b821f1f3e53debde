import { formatRepository } from '../../image/reference.ts';
import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { timeOf } from '../pushed.ts';
import { headerOf } from '../request.ts';
import { isoTime, jsonSample } from '../sample.ts';
import type { Sender } from '../sender.ts';
import { isImagePush } from './cloud-events.ts';
import { parseImages } from './generic.ts';

/**
 * The envelope of Standard Webhooks: `type`, `timestamp` and `data`, which is read as the generic form.
 *
 * @see Standard Webhooks, "Payload structure"
 */
export const standardWebhooks: Sender = {
  name: 'standard-webhooks',
  authentications: presets.standard,
  reads: [],
  parse(request) {
    const fields = fieldsOf('Standard Webhooks', readPayload(request));
    const deliveryId = headerOf(request, 'webhook-id');
    const time = timeOf(fields.optional('timestamp'));
    const type = fields.text('type');
    // Some write it beside the type.
    const data = fields.value('data') === undefined ? fields : fields.at('data');
    if (!isImagePush(type, data)) return { deliveryId, time, pushed: [], ignored: ['the event is no push'] };
    return { ...parseImages(data), deliveryId, time };
  },
  sample: (image, { now }) =>
    jsonSample({
      ...{ type: 'image.pushed', timestamp: isoTime(now) },
      data: { image: formatRepository(image), tag: image.tag },
    }),
};
