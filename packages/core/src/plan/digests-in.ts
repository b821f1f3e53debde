import type { Image } from '../docker/engine.ts';
import { type ImageReference, isSameRepository, parseReference } from '../image/reference.ts';

/** The digests by which a repository knows an image: of another one it may have others. All, where none is known to be. */
export function digestsIn({ digests, repositoryDigests }: Image, repository: ImageReference): readonly string[] {
  const own = repositoryDigests.flatMap(name => {
    const reference = parseReference(name);
    return isSameRepository(reference, repository) ? (reference.digest ?? []) : [];
  });
  return own.length > 0 ? own : digests;
}
