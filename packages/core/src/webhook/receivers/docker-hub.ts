import { GopdaterError } from '../../errors.ts';
import { type ImageReference, parseReference } from '../../image/reference.ts';
import type { Receiver } from '../receiver.ts';

/**
 * Docker Hub's webhook: `repository.repo_name` and `push_data.tag`; everything else it sends is left unread.
 *
 * It carries no digest and no signature, and its `callback_url` is no longer supported by Docker Hub.
 *
 * @see Docker Docs, "Docker Hub webhooks", example payload
 */
export const dockerHub: Receiver = {
  name: 'docker-hub',
  parse(body) {
    const repoName = textAt(body, ['repository', 'repo_name']);
    const tag = textAt(body, ['push_data', 'tag']);
    if (tag === '') return { kind: 'ignored', reason: 'the push has no tag' };
    const image = referenceOf(repoName, tag);
    return { kind: 'pushed', owner: image.repository.slice(0, image.repository.indexOf('/')), image };
  },
};

function textAt(body: unknown, path: readonly string[]): string {
  let value: unknown = body;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw malformed(path.slice(0, depth).join('.') || 'the body', 'an object');
    }
    value = Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;
  }
  if (typeof value !== 'string') throw malformed(path.join('.'), 'a string');
  return value;
}

/** A repository on Docker Hub, whatever the name looks like: a delivery never chooses the registry. */
function referenceOf(repoName: string, tag: string): ImageReference {
  try {
    const image = parseReference(`docker.io/${repoName}:${tag}`);
    if (image.digest === undefined && !repoName.includes(':')) return image;
  } catch (cause) {
    throw malformed('repository.repo_name or push_data.tag', 'the name of a repository and of a tag', cause);
  }
  throw malformed('repository.repo_name', 'the name of a repository');
}

function malformed(field: string, wanted: string, cause?: unknown): GopdaterError {
  return new GopdaterError('DELIVERY_INVALID', `Not a delivery of Docker Hub: ${field} is not ${wanted}.`, {
    hint: 'Send the JSON that Docker Hub sends: repository.repo_name and push_data.tag are what gopdater reads.',
    cause,
  });
}
