const headerBytes = 8;

/**
 * The lines of a container's log: frames of both outputs, or plain text when the container has a terminal.
 *
 * @see Docker Engine API, "Attach to a container", "Stream format"
 */
export function parseLog(bytes: Buffer): readonly string[] {
  return textOf(bytes)
    .split(/\r?\n/)
    .filter(line => line !== '');
}

function textOf(bytes: Buffer): string {
  const texts: Buffer[] = [];
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const [stream = 0, ...zeros] = bytes.subarray(at, at + 4);
    if (stream > 2 || zeros.some(Boolean)) return bytes.toString('utf8');
    const end = at + headerBytes + bytes.readUInt32BE(at + 4);
    texts.push(bytes.subarray(at + headerBytes, end));
    at = end;
  }
  return Buffer.concat(texts).toString('utf8');
}
