import type { Engine } from '../../docker/engine.ts';
import type { TagStep } from '../../plan/step.ts';

export async function runTag(
  { source, target }: TagStep,
  { engine, signal }: { readonly engine: Engine; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await engine.tagImage(source, target, { signal });
}
