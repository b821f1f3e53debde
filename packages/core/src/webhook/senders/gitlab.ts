import { imagesOfBuild } from '../builds.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { headerOf } from '../request.ts';
import type { ParsedDelivery, Sender, SenderOptions } from '../sender.ts';
import { parseImages } from './generic.ts';

/**
 * GitLab's pipeline hook, or the `image` and `tag` of a custom webhook template.
 *
 * @see GitLab Docs, "Webhook events", Pipeline events; "Custom webhook template"
 */
export const gitlab: Sender = {
  name: 'gitlab',
  authentications: presets.gitlab,
  parse(request, options) {
    const fields = fieldsOf('GitLab', readPayload(request));
    const deliveryId = headerOf(request, 'idempotency-key') ?? headerOf(request, 'webhook-id');
    const kind = fields.optional('object_kind');
    if (kind === undefined) return { deliveryId, ...parseImages(fields) };
    if (kind !== 'pipeline') return { deliveryId, pushed: [], ignored: ['the event is no pipeline'] };
    return { deliveryId, ...parsePipeline(fields, options) };
  },
};

function parsePipeline(fields: Fields, { builds = [] }: SenderOptions): ParsedDelivery {
  const ignored = (reason: string): ParsedDelivery => ({ pushed: [], ignored: [reason] });
  const pipeline = fields.at('object_attributes');
  if (pipeline.text('status') !== 'success') return ignored('the pipeline has not succeeded');
  const isOfMerge = /merge_request|external_pull/.test(pipeline.optional('source') ?? '');
  if ((fields.value('merge_request') ?? null) !== null || isOfMerge)
    return ignored('the pipeline is of a merge request');
  if (pipeline.value('protected_ref') !== true) return ignored('the pipeline’s branch or tag is not protected');
  const repository = fields.text('project.path_with_namespace');
  return imagesOfBuild(builds, { repository, ref: pipeline.text('ref'), workflows: [pipeline.optional('name') ?? ''] });
}
