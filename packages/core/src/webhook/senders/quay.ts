import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { hostOf, pushedImage, whyNoImageTag } from '../pushed.ts';
import { jsonSample, splitOwner } from '../sample.ts';
import type { Sender } from '../sender.ts';

/**
 * Quay's "push to repository": every tag of `updated_tags`. It has no id, no time and no digest.
 *
 * @see Project Quay, "Repository events"
 */
export const quay: Sender = {
  name: 'quay',
  authentications: presets.quay,
  reads: ['host'],
  parse(request, options) {
    const fields = fieldsOf('Quay', readPayload(request));
    const tags = fields.list('updated_tags').map(tag => tag.text(''));
    // What is told of a whole organisation names no repository.
    const url = fields.text(tags.length > 0 || fields.value('namespace') === undefined ? 'docker_url' : 'namespace');
    if (tags.length === 0) return { pushed: [], ignored: ['the event is no push'] };
    const repository = fields.optional('repository') ?? `${fields.text('namespace')}/${fields.text('name')}`;
    const registry = options.host ?? hostOf(url) ?? '';
    return {
      pushed: tags
        .filter(tag => whyNoImageTag(tag) === undefined)
        .map(tag => pushedImage(fields, { registry, repository, tag }, 'docker_url, repository or updated_tags')),
      ignored: tags.flatMap(tag => whyNoImageTag(tag) ?? []),
    };
  },
  sample({ registry, repository, tag }) {
    const { owner: namespace, name } = splitOwner(repository);
    const docker_url = `${registry}/${repository}`;
    return jsonSample({ repository, namespace, name, docker_url, updated_tags: [tag] });
  },
};
