import { createHash } from 'node:crypto';
import { formatReference, type ImageReference } from '../image/reference.ts';
import type { SenderOptions } from './sender.ts';

/** A delivery as a sender writes it, before it proves itself. */
export interface SampleDelivery {
  /** Those that say what it is, by their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What a sample is made from besides its image. */
export interface SampleContext {
  /** What the sender would call the delivery. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly options: SenderOptions;
}

/** JSON with these headers besides its type. */
export function jsonSample(body: object, headers: Readonly<Record<string, string>> = {}): SampleDelivery {
  return { headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** Something of the right form where a sender writes a digest: made of the name, as nothing was pushed. */
export function sampleDigest(image: ImageReference): string {
  return `sha256:${createHash('sha256').update(formatReference(image)).digest('hex')}`;
}

/** `acme/web/api` is `web/api` of `acme`. */
export function splitOwner(repository: string): { readonly owner: string; readonly name: string } {
  const [owner = '', ...name] = repository.split('/');
  return { owner, name: name.join('/') };
}

/** The repository of Nexus or Artifactory that holds this image, by what is configured of them. */
export function keyOfHosts(
  { registry, repository }: ImageReference,
  hosts: Readonly<Record<string, string>> = {},
): { readonly key: string; readonly name: string } | undefined {
  const whole = `${registry}/${repository}`;
  const found = Object.entries(hosts).find(([, where]) => whole.startsWith(`${where}/`));
  return found && { key: found[0], name: whole.slice(found[1].length + 1) };
}

/** ISO 8601, e.g. `2026-01-01T00:00:00.000Z`. */
export function isoTime(now: number): string {
  return new Date(now).toISOString();
}
