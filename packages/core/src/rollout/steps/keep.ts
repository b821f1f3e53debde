import type { CallOptions, Engine, Image } from '../../docker/engine.ts';
import { parseReference } from '../../image/reference.ts';
import { keptRepository } from '../../plan/kept-images.ts';
import type { KeepStep } from '../../plan/step.ts';
import type { Clock } from '../../time.ts';

/**
 * Gives images a name of our own that says when, and takes that from the oldest that are too many; what has no other name
 * then, and no container, goes.
 */
export async function runKeep(
  { repository, imageIds, count }: KeepStep,
  { engine, clock, signal }: CallOptions & { readonly engine: Engine; readonly clock: Clock },
): Promise<void> {
  const kept = keptRepository(parseReference(repository));
  const now = new Date(clock.now()).toISOString().replace(/[-:.]/g, '');
  for (const [index, id] of imageIds.entries()) await engine.tagImage(id, `${kept}:${now}-${index}`, { signal });

  const images = await engine.listImages(kept, { signal });
  const names = images.flatMap(image =>
    image.tags.filter(tag => tag.startsWith(`${kept}:`)).map(tag => ({ tag, image })),
  );
  const staying = new Set<string>();
  for (const { tag, image } of names.sort((a, b) => (a.tag < b.tag ? 1 : -1))) {
    // Each stays under its newest name only.
    if (staying.size < Math.max(count, imageIds.length) && !staying.has(image.id)) staying.add(image.id);
    else await letGo(tag, image, staying, { engine, signal });
  }
}

/** An image with other names is not ours to remove. */
async function letGo(
  tag: string,
  image: Image,
  staying: ReadonlySet<string>,
  { engine, signal }: CallOptions & { readonly engine: Engine },
): Promise<void> {
  await engine.removeImage(tag, { signal });
  if (staying.has(image.id)) return;
  const left = await engine.inspectImage(image.id, { signal });
  if (left !== undefined && left.tags.length === 0) await engine.removeImage(image.id, { signal });
}
