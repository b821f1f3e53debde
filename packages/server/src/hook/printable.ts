/** What a stranger wrote, safe for a terminal: no control characters, no marks that turn a line round. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, '\ufffd');
}
