import type { KeyObject } from 'node:crypto';
import type { CallOptions } from '../docker/engine.ts';
import { isSignedBy, type SignedClaim } from '../registry/cosign.ts';
import type { Registry } from '../registry/registry.ts';
import { serviceKey } from './match-services.ts';
import type { Observed } from './observe.ts';
import { type PolicyDefaults, readPolicy } from './policy.ts';
import type { Target } from './resolve-targets.ts';
import { containersOf, runsDigest } from './service-containers.ts';

export interface SignatureDependencies extends CallOptions {
  /** `undefined`: nothing has to be signed. */
  readonly registry: Pick<Registry, 'signatures'> | undefined;
  readonly defaults?: PolicyDefaults | undefined;
  /** By one of these an image must be signed, unless a service says otherwise. Default: it need not be signed. */
  readonly signatureKeys?: readonly KeyObject[] | undefined;
}

/**
 * Services whose new image must be signed and is not, and why, in words. A registry is asked once for each digest, and not
 * at all for what runs already.
 */
export async function readUnsigned(
  targets: readonly Target[],
  { containers, images, unfinished }: Pick<Observed, 'containers' | 'images' | 'unfinished'>,
  { registry, defaults, signatureKeys = [], signal }: SignatureDependencies,
): Promise<ReadonlyMap<string, string>> {
  const unsigned = new Map<string, string>();
  const known = new Map<string, readonly SignedClaim[]>();
  for (const target of targets) {
    const { project, service, reference, digest } = target;
    const { signature = signatureKeys.length > 0 ? 'required' : 'off' } = readPolicy(service, defaults).policy;
    if (digest === undefined || signature === 'off' || registry === undefined) continue;
    const own = containersOf(containers, project.name, service.name);
    // One that was cut off may have no container at all.
    const isBegun = own.length === 0 && unfinished.has(serviceKey(target));
    if (!isBegun && own.every(container => runsDigest(container, digest, images))) continue;
    const claims =
      known.get(digest) ?? (await registry.signatures({ ...reference, tag: undefined, digest }, { signal }));
    known.set(digest, claims);
    if (isSignedBy(signatureKeys, digest, claims)) continue;
    unsigned.set(
      serviceKey(target),
      claims.length === 0 ? 'its image is not signed' : 'its image is signed by no known key',
    );
  }
  return unsigned;
}
