import { formatReference, type ImageReference } from '../image/reference.ts';
import type { BuildRule, ParsedDelivery } from './sender.ts';

/** A build that has succeeded, as its sender calls it. */
export interface Build {
  readonly repository: string;
  readonly ref: string;
  /** Every name that its workflow has. */
  readonly workflows: readonly string[];
}

/** What the configuration says this build has pushed. */
export function imagesOfBuild(rules: readonly BuildRule[], { repository, ref, workflows }: Build): ParsedDelivery {
  const images = rules
    .filter(rule => rule.repository.toLowerCase() === repository.toLowerCase())
    .filter(rule => isLike(ref, rule.ref) && (rule.workflow === undefined || workflows.includes(rule.workflow)))
    .flatMap(rule => rule.images);
  if (images.length > 0) return { pushed: images.map(image => ({ image })), ignored: [] };
  return { pushed: [], ignored: ['no images are configured for this build’s repository, ref and workflow'] };
}

/** A build that has pushed this image, if one is configured: at a ref that its rule fits. */
export function exampleBuild(rules: readonly BuildRule[] = [], image: ImageReference): Build | undefined {
  const rule = rules.find(({ images }) => images.some(one => formatReference(one) === formatReference(image)));
  if (rule === undefined) return undefined;
  return { ...rule, ref: rule.ref.replaceAll('*', '1'), workflows: [rule.workflow ?? ''] };
}

/** `*` stands for any characters, everything else for itself; takes no more than text times pattern steps. */
function isLike(text: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  const tail = rest.pop();
  if (tail === undefined) return text === head;
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return false;
  let at = head.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - tail.length) return false;
    at = found + part.length;
  }
  return true;
}
