import { createPrivateKey, sign } from 'node:crypto';
import { type Content, content, descriptor, jsonContent, mediaTypes } from './image-bytes.ts';

/** How an image is signed, and where its signature is kept: under a tag, or as a referrer, listed by the registry or by a tag. */
export interface SignOptions {
  /** PEM, as `cosign` keeps it once it is decrypted. */
  readonly key: string;
  /** Default `tag`. */
  readonly as?: 'tag' | 'referrer' | 'referrers-tag';
  /** What a referrer says of the image; default that it is signed. */
  readonly predicateType?: string;
}

/** A manifest, and the blobs that it names. */
export interface Artifact {
  readonly manifest: Content;
  readonly blobs: readonly Content[];
}

const bundleType = 'application/vnd.dev.sigstore.bundle.v0.3+json';
const statementType = 'application/vnd.in-toto+json';

/** As cosign 2 does: a payload of simple signing, its signature beside it. @see cosign, SIGNATURE_SPEC.md */
export function signPayload(digest: string, { key }: SignOptions): Artifact {
  const payload = jsonContent('application/vnd.dev.cosign.simplesigning.v1+json', {
    critical: {
      identity: { 'docker-reference': '' },
      image: { 'docker-manifest-digest': digest },
      type: 'cosign container image signature',
    },
    optional: null,
  });
  const annotations = { 'dev.cosignproject.cosign/signature': signWith(key, payload.bytes) };
  return artifactOf(payload, { annotations });
}

/** As cosign 3 does: a bundle with a signed statement. @see cosign, BUNDLE_SPEC.md */
export function signBundle(
  subject: Content,
  { key, predicateType = 'https://sigstore.dev/cosign/sign/v1' }: SignOptions,
): Artifact {
  const statement = Buffer.from(
    JSON.stringify({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ digest: { sha256: subject.digest.slice('sha256:'.length) } }],
      predicateType,
      predicate: {},
    }),
  );
  const head = `DSSEv1 ${statementType.length} ${statementType} ${statement.length} `;
  const bundle = jsonContent(bundleType, {
    mediaType: bundleType,
    verificationMaterial: { publicKey: { hint: '' } },
    dsseEnvelope: {
      payload: statement.toString('base64'),
      payloadType: statementType,
      signatures: [{ sig: signWith(key, Buffer.concat([Buffer.from(head), statement])) }],
    },
  });
  return artifactOf(bundle, { artifactType: bundleType, subject: descriptor(subject) });
}

/** The list of an image's referrers. @see OCI Distribution Spec v1.1, "Listing Referrers" */
export function referrersIndex(manifests: readonly Content[]): Content {
  return jsonContent(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: manifests.map(manifest => ({ ...descriptor(manifest), artifactType: bundleType })),
  });
}

function artifactOf(layer: Content, { annotations, ...rest }: Readonly<Record<string, unknown>>): Artifact {
  const config = content('application/vnd.oci.empty.v1+json', Buffer.from('{}'));
  const manifest = jsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    ...rest,
    config: descriptor(config),
    layers: [{ ...descriptor(layer), annotations }],
  });
  return { manifest, blobs: [config, layer] };
}

function signWith(pem: string, bytes: Buffer): string {
  const key = createPrivateKey(pem);
  return sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key).toString('base64');
}
