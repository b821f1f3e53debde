import { formatRepository, type ImageReference } from '../image/reference.ts';

/**
 * Where old images of a repository are kept, so that no prune takes them: under names that no registry serves.
 *
 * @returns e.g. `gopdater.kept/docker.io/acme/web`
 */
export function keptRepository(reference: Pick<ImageReference, 'registry' | 'repository'>): string {
  return `gopdater.kept/${formatRepository(reference).replaceAll(':', '-')}`;
}
