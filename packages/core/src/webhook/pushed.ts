import { canonicalRegistry, type ImageReference, parseReference, withoutHttpsPort } from '../image/reference.ts';
import type { Fields } from './fields.ts';
import type { PushedImage } from './sender.ts';

/** What cosign and OCI's referrers keep beside an image under a tag made of its digest. */
const artifactTag = /^sha(?:256|384|512)-[0-9a-f]{32,}(?:\.[\w.-]+)?$/;
const digestTag = /^[a-z0-9]+:[0-9a-f]{32,}$/;
const digest = /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/;
const imageTypes = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.container.image.v1+json',
  'application/vnd.oci.image.config.v1+json',
]);

/** The last moment that a date can be (ECMAScript, "Time Values and Time Range"). */
const maxTimeMs = 8.64e15;

/** Where a pushed tag lies, as its sender says. */
export interface PushedPlace {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string | undefined;
}

/**
 * A pushed image, exactly as named: nothing in one part may pass for another.
 *
 * @param fields  whose sender the error names
 * @param names  the fields it was read from, for the error
 * @throws GopdaterError `DELIVERY_INVALID`
 */
export function pushedImage(fields: Fields, place: PushedPlace, names: string): PushedImage {
  const registry = withoutHttpsPort(place.registry);
  const image = strictReference(fields, `${registry}/${place.repository}:${place.tag}`, names);
  const isExact =
    image.registry === canonicalRegistry(registry) &&
    (image.repository === place.repository || image.repository === `library/${place.repository}`) &&
    image.tag === place.tag &&
    image.digest === undefined;
  if (!isExact) throw fields.malformed(names, 'the name of a repository');
  return { image, digest: digestOf(place.digest) };
}

/** A reference as a whole, e.g. `ghcr.io/acme/web:1.4`. @throws GopdaterError `DELIVERY_INVALID` */
export function strictReference(fields: Fields, text: string, names: string): ImageReference {
  try {
    // Lower-casing turns some letters of other alphabets into those of ours.
    if (/^[\x21-\x7e]+$/.test(text)) return parseReference(text.replace(/^[^/]+(?=\/)/, withoutHttpsPort));
  } catch (cause) {
    throw fields.malformed(names, 'the name of a repository and of a tag', cause);
  }
  throw fields.malformed(names, 'the name of a repository and of a tag');
}

/** Why a tag is none that a service runs; `undefined` for one that may be. */
export function whyNoImageTag(tag: string | undefined): string | undefined {
  if (tag === undefined || tag === '' || digestTag.test(tag)) return 'the push has no tag';
  return artifactTag.test(tag) ? 'the tag is of a signature, attestation or other artifact' : undefined;
}

/** Why this media type is none of an image; `undefined` for those that are, and when nothing is said. */
export function whyNoImageType(mediaType: string | undefined): string | undefined {
  return mediaType === undefined || imageTypes.has(mediaType) ? undefined : 'what was pushed is not an image';
}

/** A digest if it is one: a hint, so anything else is as good as none. */
export function digestOf(text: string | undefined): string | undefined {
  return text !== undefined && digest.test(text) ? text : undefined;
}

/** The moment a text names, in milliseconds since 1970. */
export function timeOf(text: string | undefined): number | undefined {
  const time = Date.parse(text ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/** The moment after so many milliseconds since 1970; `undefined` for a number that none is after, and for none. */
export function momentOf(ms: unknown): number | undefined {
  return typeof ms === 'number' && ms > 0 && ms <= maxTimeMs ? ms : undefined;
}

/** The same after so many seconds. */
export function momentOfSeconds(seconds: unknown): number | undefined {
  return typeof seconds === 'number' ? momentOf(seconds * 1000) : undefined;
}

/** The host of a URL, or of a reference without scheme, with its port. */
export function hostOf(text: string | undefined): string | undefined {
  const host = text?.replace(/^https?:\/\//i, '').split('/')[0];
  return host === undefined || host === '' ? undefined : host;
}
