/**
 * The bytes of a text that is exactly how they are written; `undefined` for any other: Node's decoder leaves out what it
 * does not understand, and bits to spare.
 */
export function strictBase64(text: string, encoding: 'base64' | 'base64url' = 'base64'): Buffer | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? bytes : undefined;
}
