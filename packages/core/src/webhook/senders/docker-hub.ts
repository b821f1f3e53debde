import { type Fields, fieldsOf } from '../fields.ts';
import { parsePayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { momentOfSeconds, pushedImage, whyNoImageTag, whyNoImageType } from '../pushed.ts';
import { jsonSample } from '../sample.ts';
import type { Sender } from '../sender.ts';

/**
 * Docker Hub's webhook: `repository.repo_name` and `push_data.tag`; everything else it sends is left unread.
 *
 * It carries no digest and no signature. Its `callback_url` is a legacy field that Docker Hub supports no longer.
 *
 * @see Docker Docs, "Docker Hub webhooks", example payload
 */
export const dockerHub: Sender = {
  name: 'docker-hub',
  authentications: presets.dockerHub,
  reads: [],
  parse(request) {
    const fields = fieldsOf('Docker Hub', parsePayload(request.body));
    const repository = repositoryOf(fields);
    const tag = fields.value('push_data.tag') === null ? undefined : fields.text('push_data.tag');
    const time = momentOfSeconds(fields.value('push_data.pushed_at'));
    const mediaType = fields.value('push_data.media_type');
    const why =
      whyNoImageTag(tag) ?? whyNoImageType(typeof mediaType === 'string' && mediaType ? mediaType : undefined);
    if (why !== undefined || tag === undefined) return { time, pushed: [], ignored: [why ?? 'the push has no tag'] };
    const callbackUrl = callbackOf(fields.value('callback_url'), repository);
    // Whatever the name looks like: a delivery never chooses the registry.
    const names = 'repository.repo_name or push_data.tag';
    if (repository.split('/').length > 2) throw fields.malformed(names, 'the name of a repository');
    return {
      ...{ time, callbackUrl },
      pushed: [pushedImage(fields, { registry: 'docker.io', repository, tag }, names)],
      ignored: [],
    };
  },
  sample({ repository, tag = '' }, { now }) {
    const [namespace, name] = repository.split('/');
    return jsonSample({
      push_data: { pushed_at: Math.floor(now / 1000), pusher: 'gopdater', tag },
      repository: { namespace, name, repo_name: repository },
    });
  },
};

/** The whole name, else its parts. Alibaba’s registry writes almost the same, and calls the whole otherwise. */
function repositoryOf(fields: Fields): string {
  const whole = fields.optional('repository.repo_name');
  if (whole !== undefined) return whole;
  const parts = ['namespace', 'name'].flatMap(part => fields.optional(`repository.${part}`) ?? []);
  const isAlibabas = fields.value('repository.repo_full_name') !== undefined;
  return parts.length < 2 || isAlibabas ? fields.text('repository.repo_name') : parts.join('/');
}

/** Where the outcome may be told: Docker Hub itself, at this repository's own hook; anything else is none. */
function callbackOf(text: unknown, repository: string): string | undefined {
  if (typeof text !== 'string' || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port, username, password, pathname, search, hash, href } = new URL(text);
  const isPlain = [port, username, password, search, hash].every(part => part === '');
  const own = `/u/${repository}/hook/`;
  const isHooks = pathname.startsWith(own) && /^[\w-]+\/?$/.test(pathname.slice(own.length));
  return protocol === 'https:' && hostname === 'registry.hub.docker.com' && isPlain && isHooks ? href : undefined;
}
