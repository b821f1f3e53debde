/** What Compose takes for white space: a byte order mark is none, and U+0085 is. */
export function isSpace(character: string): boolean {
  return pattern.test(character);
}

const pattern = /^(?:[^\S\uFEFF]|\u0085)$/;

export function trimStart(text: string): string {
  let start = 0;
  while (isSpace(text.charAt(start))) start += 1;
  return text.slice(start);
}

export function trimEnd(text: string): string {
  let end = text.length;
  while (isSpace(text.charAt(end - 1))) end -= 1;
  return text.slice(0, end);
}
