/** The short form of a mount, `[SOURCE:]TARGET[:OPTIONS]`, taken apart. */
export interface ShortVolume {
  readonly type: 'bind' | 'volume';
  /** `undefined` for an anonymous volume. */
  readonly source: string | undefined;
  readonly target: string;
  readonly options: string | undefined;
}

/** `undefined` when a section between colons is empty or there are too many of them. */
export function parseVolume(spec: string): ShortVolume | undefined {
  if (spec === '') return undefined;
  if (spec.length <= 2) return { type: 'volume', source: undefined, target: spec, options: undefined };
  const sections = sectionsOf(spec);
  if (sections.length > 3 || sections.includes('')) return undefined;
  const [first = '', target, options] = sections;
  if (target === undefined) return { type: 'volume', source: undefined, target: first, options };
  return { type: isHostPath(first) ? 'bind' : 'volume', source: first, target, options };
}

/** Tells `./data` from the name of a volume. */
export function isHostPath(source: string): boolean {
  return /^[./~]/.test(source) || /^[A-Za-z]:/.test(source) || source.startsWith('\\\\');
}

/** A single letter before a colon is taken for a Windows drive, so `v:/v` is one section. */
function sectionsOf(spec: string): readonly string[] {
  const sections: string[] = [];
  let start = 0;
  for (let index = 0; index <= spec.length; index += 1) {
    if (index < spec.length && spec.charAt(index) !== ':') continue;
    if (index < spec.length && index - start === 1 && /\p{L}/u.test(spec.charAt(start))) continue;
    sections.push(spec.slice(start, index));
    start = index + 1;
  }
  return sections;
}
