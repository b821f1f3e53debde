import { GopdaterError } from '../errors.ts';
import { listOf, objectOf, parseJson, textOf } from '../json.ts';
import {
  bundleType,
  claimOfPayload,
  claimsOfBundle,
  type SignedClaim,
  signaturePredicate,
  signatureTag,
  simpleSigningType,
} from './cosign.ts';
import type { RegistryAnswer } from './patient-fetch.ts';

/** Asks for something below a repository, e.g. `manifests/latest`. Throws for an answer that is no 200. */
export type Ask = (method: 'HEAD' | 'GET', path: string) => Promise<RegistryAnswer>;

/** Nobody has as many; more are not looked at. */
const maxSignatures = 32;

/** What was signed of a digest, wherever cosign keeps it: under a tag, or as referrers. */
export async function readSignatures(digest: string, ask: Ask): Promise<readonly SignedClaim[]> {
  return [...(await readTagged(digest, ask)), ...(await readReferrers(digest, ask))];
}

/** @see cosign, SIGNATURE_SPEC.md, "Tag-based Discovery" */
async function readTagged(digest: string, ask: Ask): Promise<readonly SignedClaim[]> {
  const manifest = await readManifest(`manifests/${signatureTag(digest)}`, ask);
  const layers = listOf(objectOf(manifest).layers).map(objectOf);
  const claims = await Promise.all(
    layers
      .filter(({ mediaType }) => mediaType === simpleSigningType)
      .slice(0, maxSignatures)
      .map(async layer => claimOfPayload(await readBlob(layer, ask), objectOf(layer.annotations))),
  );
  return claims.filter(claim => claim !== undefined);
}

/** @see cosign, BUNDLE_SPEC.md, "Retrieval"; OCI Distribution Spec v1.1, "Listing Referrers", "Referrers Tag Schema" */
async function readReferrers(digest: string, ask: Ask): Promise<readonly SignedClaim[]> {
  const index =
    (await readManifest(`referrers/${digest}`, ask)) ??
    (await readManifest(`manifests/${digest.replace(':', '-')}`, ask));
  const signatures = listOf(objectOf(index).manifests)
    .map(objectOf)
    .filter(({ annotations }) => {
      const predicate = objectOf(annotations)['dev.sigstore.bundle.predicateType'];
      return predicate === undefined || predicate === signaturePredicate;
    });
  const claims = await Promise.all(
    signatures.slice(0, maxSignatures).map(async ({ digest: own }) => {
      const manifest = await readManifest(`manifests/${textOf(own) ?? ''}`, ask);
      // Some registries list another artifactType than the manifest has.
      const [layer] = listOf(objectOf(manifest).layers).map(objectOf);
      const isBundle = layer !== undefined && textOf(layer.mediaType)?.startsWith(bundleType);
      return isBundle ? claimsOfBundle(await readBlob(layer, ask)) : [];
    }),
  );
  return claims.flat();
}

async function readBlob({ digest }: Readonly<Record<string, unknown>>, ask: Ask): Promise<Uint8Array> {
  return (await ifThere(`blobs/${textOf(digest) ?? ''}`, ask)) ?? new Uint8Array();
}

async function readManifest(path: string, ask: Ask): Promise<unknown> {
  const body = await ifThere(path, ask);
  return body === undefined ? undefined : parseJson(body);
}

async function ifThere(path: string, ask: Ask): Promise<Uint8Array | undefined> {
  try {
    return (await ask('GET', path)).body;
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'IMAGE_NOT_FOUND') return undefined;
    throw error;
  }
}
