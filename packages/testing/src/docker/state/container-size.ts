import { sizeOf } from '../../files/file-node.ts';
import { compare } from '../../files/layers.ts';
import type { ContainerRecord } from './container-record.ts';
import type { EngineState } from './engine-state.ts';

export interface ContainerSize {
  /** Of what it has written itself. */
  readonly ownBytes: number;
  /** With its image. */
  readonly allBytes: number;
}

export function containerSize({ images }: EngineState, { image, files }: ContainerRecord): ContainerSize {
  const changes = files ? compare('', images.rootOf(image), files.root) : [];
  const written = changes.filter(({ kind, node }) => kind !== 'deleted' && node.kind === 'file');
  const ownBytes = written.reduce((sum, { node }) => sum + sizeOf(node), 0);
  return { ownBytes, allBytes: ownBytes + image.sizeBytes };
}
