import type { Engine } from '../../docker/engine.ts';
import type { TagServiceStep, TagStep } from '../../plan/step.ts';

export async function runTag(
  { source, target }: Pick<TagStep | TagServiceStep, 'source' | 'target'>,
  { engine, signal }: { readonly engine: Engine; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await engine.tagImage(source, target, { signal });
}
