import { formatRepository } from '../../image/reference.ts';
import { exampleBuild, imagesOfBuild } from '../builds.ts';
import { type Fields, fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { headerOf } from '../request.ts';
import { jsonSample } from '../sample.ts';
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
  reads: ['builds'],
  parse(request, options) {
    const fields = fieldsOf('GitLab', readPayload(request));
    const deliveryId = headerOf(request, 'idempotency-key') ?? headerOf(request, 'webhook-id');
    // The hooks of a whole instance have the second.
    const kind = fields.optional('object_kind') ?? fields.optional('event_name');
    if (kind === undefined) return { ...parseImages(fields), deliveryId };
    if (kind !== 'pipeline') return { deliveryId, pushed: [], ignored: ['the event is no pipeline'] };
    return { deliveryId, ...parsePipeline(fields, options) };
  },
  sample(image, { id, options }) {
    const build = exampleBuild(options.builds, image);
    const headers = { 'x-gitlab-event': 'Pipeline Hook', 'idempotency-key': id };
    // Without a rule for it: the custom template that docs/webhooks.md recommends.
    if (build === undefined) return jsonSample({ image: formatRepository(image), tag: image.tag }, headers);
    const { repository, ref, workflows } = build;
    const object_attributes = { ref, name: workflows[0], status: 'success', source: 'push', protected_ref: true };
    const project = { path_with_namespace: repository };
    return jsonSample({ object_kind: 'pipeline', object_attributes, merge_request: null, project }, headers);
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
