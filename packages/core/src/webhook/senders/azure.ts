import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { timeOf } from '../pushed.ts';
import { isoTime, jsonSample } from '../sample.ts';
import type { ParsedDelivery, Sender, SenderOptions } from '../sender.ts';
import { readEvent, targetOf } from './distribution.ts';

/**
 * Azure Container Registry: an event as Distribution has it, alone.
 *
 * @see Microsoft Learn, "Azure Container Registry webhook reference"
 */
export const azure: Sender = {
  name: 'azure',
  authentications: presets.azure,
  reads: ['host'],
  parse: (request, options) => parseAzure(readPayload(request), options),
  sample: (image, { id, now }) =>
    jsonSample({
      ...{ id, timestamp: isoTime(now), action: 'push', target: targetOf(image) },
      request: { id, host: image.registry, method: 'PUT' },
    }),
};

export function parseAzure(body: unknown, options: SenderOptions): ParsedDelivery {
  const fields = fieldsOf('Azure Container Registry', body);
  const deliveryId = fields.optional('id');
  if (fields.text('action') === 'ping') return { deliveryId, pushed: [], ignored: [], answer: { kind: 'pong' } };
  return { deliveryId, time: timeOf(fields.optional('timestamp')), ...readEvent(fields, options) };
}
