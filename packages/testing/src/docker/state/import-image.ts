import { EngineError } from '../../errors.ts';
import { readTar } from '../../files/read-tar.ts';
import { writeTar } from '../../files/tar.ts';
import { jsonContent, layerContent, mediaTypes, sha256, withManifest } from '../../registry/image-bytes.ts';
import type { EngineState } from './engine-state.ts';
import { addImage } from './image-archive.ts';
import type { ImageChanges } from './image-changes.ts';
import { emitImage } from './image-events.ts';
import { tagImage } from './tag-image.ts';

export interface ImportOptions {
  /** Empty: the image has no name. */
  readonly reference: string;
  readonly message: string;
  /** Its configuration. */
  readonly changes: ImageChanges;
}

/** Makes an image of one layer from an archive of files. @returns its id */
export function importImage(
  state: EngineState,
  archive: Buffer,
  { reference, message, changes }: ImportOptions,
): string {
  const tar = writeTar(entriesOf(archive));
  const created = new Date(state.clock.now()).toISOString();
  const config = jsonContent(mediaTypes.config, {
    architecture: 'amd64',
    os: 'linux',
    created,
    comment: message,
    config: changes,
    rootfs: { type: 'layers', diff_ids: [sha256(tar)] },
    history: [{ created, comment: message }],
  });
  const { id } = addImage(state, withManifest(config, [layerContent(tar)]));
  if (reference !== '') tagImage(state, id, reference);
  emitImage(state, 'import', state.images.get(id), id);
  return id;
}

function entriesOf(archive: Buffer): ReturnType<typeof readTar> {
  try {
    return readTar(archive);
  } catch (error) {
    throw new EngineError(500, error instanceof Error ? error.message : String(error));
  }
}
