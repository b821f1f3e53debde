import { formatReference, type ImageReference } from '../../image/reference.ts';
import type { Fields } from '../fields.ts';
import { digestOf, hostOf, pushedImage, timeOf, whyNoImageTag, whyNoImageType } from '../pushed.ts';
import { isoTime, sampleDigest, splitOwner } from '../sample.ts';
import type { ParsedDelivery, SenderOptions } from '../sender.ts';

const pushes = new Set(['published', 'updated', 'create', 'created']);

/** The events `package` and `registry_package`: one for each manifest, so those without a tag are parts of an image. */
export function parsePackage(fields: Fields, event: string, options: SenderOptions): ParsedDelivery {
  if (!pushes.has(fields.text('action'))) return { pushed: [], ignored: ['the action is no push'] };
  const pack = fields.at(event);
  const type = pack.optional('package_type') ?? pack.optional('ecosystem') ?? '';
  if (type.toLowerCase() !== 'container') return { pushed: [], ignored: ['the package is not a container image'] };
  const version = pack.at('package_version');
  const url = version.optional('package_url');
  const container = version.at('container_metadata');
  const tag = container.optional('tag.name') ?? tagIn(url);
  const why = whyNoImageTag(tag) ?? whyNoImageType(container.optional('manifest.config.media_type'));
  if (tag === undefined || why !== undefined) return { pushed: [], ignored: [why ?? 'the push has no tag'] };
  const digest = [
    ...[container.optional('tag.digest'), container.optional('manifest.digest')],
    ...[version.optional('name'), version.optional('version')],
  ].find(text => digestOf(text) !== undefined);
  const owner = pack.optional('namespace') ?? pack.text('owner.login');
  const place = {
    registry: options.host ?? hostOf(url) ?? 'ghcr.io',
    // Owners keep their capitals, images have none.
    repository: asciiLowerCase(`${owner}/${pack.text('name')}`),
    ...{ tag, digest },
  };
  const names = `${event}.namespace, ${event}.name or its tag`;
  // Of a digest's several tags only one may be named (github/docs#22091).
  const pushed = [{ ...pushedImage(fields, place, names), isOneOfSeveral: true }];
  return { time: timeOf(pack.optional('updated_at')), pushed, ignored: [] };
}

/** The event `package` of a tag. */
export function samplePackage(image: ImageReference, now: number): object {
  const { owner, name } = splitOwner(image.repository);
  const digest = sampleDigest(image);
  const package_version = {
    ...{ name: digest, version: digest, package_url: formatReference(image) },
    container_metadata: { tag: { name: image.tag, digest }, manifest: { digest, config: {} } },
  };
  const pack = { name, namespace: owner, package_type: 'CONTAINER', owner: { login: owner }, package_version };
  return { action: 'published', package: { ...pack, updated_at: isoTime(now) } };
}

/** `ghcr.io/owner/name:tag`; of an untagged version it ends with the colon. */
function tagIn(url: string | undefined): string | undefined {
  return /^[^:@]*:(\w[\w.-]*)$/.exec(url?.slice(url.lastIndexOf('/') + 1) ?? '')?.[1];
}

function asciiLowerCase(text: string): string {
  return text.replace(/[A-Z]/g, letter => letter.toLowerCase());
}
