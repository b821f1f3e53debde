import { fieldsOf } from '../fields.ts';
import { parsePayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { pushedImage, whyNoImageTag, whyNoImageType } from '../pushed.ts';
import { jsonSample } from '../sample.ts';
import type { Sender } from '../sender.ts';

/**
 * Docker Hub's webhook: `repository.repo_name` and `push_data.tag`; everything else it sends is left unread.
 *
 * It carries no digest and no signature, and its `callback_url` is no longer supported by Docker Hub.
 *
 * @see Docker Docs, "Docker Hub webhooks", example payload
 */
export const dockerHub: Sender = {
  name: 'docker-hub',
  authentications: presets.dockerHub,
  parse(request) {
    const fields = fieldsOf('Docker Hub', parsePayload(request.body));
    const repository = fields.text('repository.repo_name');
    const tag = fields.text('push_data.tag');
    const pushedAt = fields.value('push_data.pushed_at');
    const time = typeof pushedAt === 'number' && pushedAt > 0 ? pushedAt * 1000 : undefined;
    const mediaType = fields.value('push_data.media_type');
    const why =
      whyNoImageTag(tag) ?? whyNoImageType(typeof mediaType === 'string' && mediaType ? mediaType : undefined);
    if (why !== undefined) return { time, pushed: [], ignored: [why] };
    // Whatever the name looks like: a delivery never chooses the registry.
    const names = 'repository.repo_name or push_data.tag';
    return { time, pushed: [pushedImage(fields, { registry: 'docker.io', repository, tag }, names)], ignored: [] };
  },
  sample({ repository, tag = '' }, { now }) {
    const [namespace, name] = repository.split('/');
    return jsonSample({
      push_data: { pushed_at: Math.floor(now / 1000), pusher: 'gopdater', tag },
      repository: { namespace, name, repo_name: repository },
    });
  },
};
