import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { GopdaterError } from '../errors.ts';
import { listOf, objectOf, parseJson, textOf } from '../json.ts';

/** Bytes that somebody signed, and the digests of the images that they vouch for. */
export interface SignedClaim {
  readonly digests: readonly string[];
  readonly bytes: Uint8Array;
  /** As its key makes it: DER of an ECDSA signature. */
  readonly signature: Uint8Array;
}

/** True when one of the keys has signed that very digest. */
export function isSignedBy(keys: readonly KeyObject[], digest: string, claims: readonly SignedClaim[]): boolean {
  return claims.some(
    claim => claim.digests.includes(digest) && keys.some(key => hasSigned(key, claim.bytes, claim.signature)),
  );
}

/**
 * One or more public keys in PEM, as `cosign generate-key-pair` writes them: any of them will do, so that keys can be
 * changed.
 *
 * @throws GopdaterError `CONFIG_INVALID`, without a word of the text
 */
export function parseCosignKeys(pem: string): readonly KeyObject[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  const isOther = /-----BEGIN (?!PUBLIC KEY-----)/.test(pem);
  try {
    const keys = blocks.map(block => createPublicKey(block));
    if (keys.length > 0 && !isOther && keys.every(canVerify)) return keys;
  } catch {
    // Said below.
  }
  throw new GopdaterError('CONFIG_INVALID', 'The cosign key is no public key of ECDSA P-256, RSA or Ed25519 in PEM.', {
    hint: 'Give the content of cosign.pub, several one after the other; never the private key.',
  });
}

function canVerify({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): boolean {
  return type === 'rsa' || type === 'ed25519' || (type === 'ec' && details?.namedCurve === 'prime256v1');
}

function hasSigned(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', bytes, key, signature);
}

/** Where the signatures of a digest are, by their tag. */
export function signatureTag(digest: string): string {
  return `${digest.replace(':', '-')}.sig`;
}

export const simpleSigningType = 'application/vnd.dev.cosign.simplesigning.v1+json';

/**
 * A payload of simple signing, and the signature beside it.
 *
 * @param annotations  of its layer
 * @see cosign, SIGNATURE_SPEC.md, "Signature", "Simple Signing"
 */
export function claimOfPayload(
  payload: Uint8Array,
  annotations: Readonly<Record<string, unknown>>,
): SignedClaim | undefined {
  const critical = objectOf(objectOf(parseJson(payload)).critical);
  const digest = textOf(objectOf(critical.image)['docker-manifest-digest']);
  const signature = textOf(annotations['dev.cosignproject.cosign/signature']);
  if (critical.type !== 'cosign container image signature' || digest === undefined || signature === undefined) {
    return undefined;
  }
  return { digests: [digest], bytes: payload, signature: Buffer.from(signature, 'base64') };
}

export const bundleType = 'application/vnd.dev.sigstore.bundle';
export const signaturePredicate = 'https://sigstore.dev/cosign/sign/v1';

/**
 * The signatures of a Sigstore bundle: an in-toto statement in an envelope of DSSE. What the same key says of an image
 * besides, e.g. its parts list, is no signature of it.
 *
 * @see cosign, BUNDLE_SPEC.md; DSSE v1, "Protocol"; in-toto Attestation v1, "Statement"
 */
export function claimsOfBundle(bundle: Uint8Array): readonly SignedClaim[] {
  const { payload, payloadType, signatures } = objectOf(objectOf(parseJson(bundle)).dsseEnvelope);
  if (typeof payload !== 'string' || payloadType !== 'application/vnd.in-toto+json') return [];
  const statement = Buffer.from(payload, 'base64');
  const { predicateType, subject } = objectOf(parseJson(statement));
  if (predicateType !== signaturePredicate) return [];
  const digests = listOf(subject).flatMap(one => {
    const hex = textOf(objectOf(objectOf(one).digest).sha256);
    return hex === undefined ? [] : [`sha256:${hex}`];
  });
  const head = `DSSEv1 ${payloadType.length} ${payloadType} ${statement.length} `;
  const bytes = Buffer.concat([Buffer.from(head), statement]);
  return listOf(signatures).flatMap(one => {
    const signature = textOf(objectOf(one).sig);
    return signature === undefined ? [] : [{ digests, bytes, signature: Buffer.from(signature, 'base64') }];
  });
}
