import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto';

/** In PEM. */
export interface KeyPair {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** New keys, of the kinds that cosign signs with, and one more. */
export const newKeyPair = {
  p256: (): KeyPair => inPem(generateKeyPairSync('ec', { namedCurve: 'P-256' })),
  p384: (): KeyPair => inPem(generateKeyPairSync('ec', { namedCurve: 'P-384' })),
  rsa: (): KeyPair => inPem(generateKeyPairSync('rsa', { modulusLength: 2048 })),
  ed25519: (): KeyPair => inPem(generateKeyPairSync('ed25519')),
};

function inPem({ publicKey, privateKey }: KeyPairKeyObjectResult): KeyPair {
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}
