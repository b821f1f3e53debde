import { fieldsOf } from '../fields.ts';
import { readPayload } from '../payload.ts';
import { presets } from '../presets.ts';
import { hostOf, pushedImage, timeOf, whyNoImageTag } from '../pushed.ts';
import { headerOf } from '../request.ts';
import { isoTime, jsonSample, splitOwner } from '../sample.ts';
import type { Sender } from '../sender.ts';

/**
 * The package events of Gitea and Forgejo. Both write tags in lower case, and name no digest.
 *
 * @see Gitea docs, "Webhooks"; Forgejo docs, "Webhooks"
 */
export const gitea: Sender = {
  name: 'gitea',
  authentications: presets.gitea,
  reads: ['host'],
  parse(request, options) {
    const fields = fieldsOf('Gitea', readPayload(request));
    const header = (name: string) => headerOf(request, `x-forgejo-${name}`) ?? headerOf(request, `x-gitea-${name}`);
    const deliveryId = header('delivery');
    const ignored = (reason: string) => ({ deliveryId, pushed: [], ignored: [reason] });
    const event = header('event');
    if (event === undefined) throw fields.malformed('the header x-gitea-event', 'the name of an event');
    if (event !== 'package') return ignored('the event is none of a package');
    if (fields.text('action') !== 'created') return ignored('the event is no push');
    const pack = fields.at('package');
    if (pack.text('type') !== 'container') return ignored('the package is not a container image');
    const tag = pack.text('version');
    const why = whyNoImageTag(tag);
    if (why !== undefined) return ignored(why);
    const registry = options.host ?? hostOf(pack.optional('html_url'));
    if (registry === undefined) throw pack.malformed('html_url', 'a URL');
    const repository = `${pack.text('owner.login')}/${pack.text('name')}`.replace(/[A-Z]/g, one => one.toLowerCase());
    const image = pushedImage(pack, { registry, repository, tag }, 'html_url, owner.login, name or version');
    return {
      deliveryId,
      time: timeOf(pack.optional('created_at')),
      pushed: [{ ...image, isTagLowerCased: true }],
      ignored: [],
    };
  },
  sample({ registry, repository, tag = '' }, { id, now }) {
    const { owner, name } = splitOwner(repository);
    const html_url = `https://${registry}/${owner}/-/packages/container/${name}/${tag.toLowerCase()}`;
    const version = { type: 'container', name, version: tag.toLowerCase(), html_url, created_at: isoTime(now) };
    return jsonSample(
      { action: 'created', package: { ...version, owner: { login: owner } } },
      { 'x-gitea-event': 'package', 'x-gitea-delivery': id },
    );
  },
};
