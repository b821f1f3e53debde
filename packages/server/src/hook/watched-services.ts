import {
  formatReference,
  GopdaterError,
  type Hint,
  type ImageReference,
  loadProjects,
  matchHint,
  parseReference,
  type WatchedProject,
} from '@gopdater/core';
import type { Parts } from '../parts.ts';

/** Tells which services a delivery means. */
export interface WatchedServices {
  find(hint: Hint): Promise<FoundServices>;
}

/** What was found for one thing that is announced. */
export interface FoundServices {
  /** What is announced, e.g. `ghcr.io/acme/web:1.4`. */
  readonly name: string;
  /** e.g. `shop/web`; `undefined` when the projects cannot be read. */
  readonly users: readonly string[] | undefined;
  /** Sentences: services that come near it, or why it is not known. */
  readonly near: readonly string[];
}

/** Reads the projects once, when it is first asked. */
export function createWatchedServices(
  parts: Pick<Parts, 'projects' | 'engine' | 'reader'>,
  aliases: readonly (readonly string[])[],
): WatchedServices {
  let loading: Promise<readonly WatchedProject[]> | undefined;
  return {
    find: async hint => {
      const name = 'image' in hint ? formatReference(hint.image) : `${hint.project}/${hint.service}`;
      try {
        loading ??= loadProjects(parts.projects, parts);
        const services = (await loading).flatMap(servicesOf);
        const users = services.filter(({ alone }) => matchHint(hint, [alone], aliases).length > 0);
        const near = 'image' in hint ? services.flatMap(service => nearness(service, hint.image)) : [];
        return { name, users: users.map(service => service.name), near };
      } catch (error) {
        if (error instanceof GopdaterError) return { name, users: undefined, near: [error.message] };
        throw error;
      }
    },
  };
}

interface OneService {
  readonly name: string;
  readonly image: string | undefined;
  /** Its project as if it had no other. */
  readonly alone: WatchedProject;
}

function servicesOf(watched: WatchedProject): readonly OneService[] {
  return [...watched.project.services].map(([key, service]) => ({
    name: `${watched.project.name}/${service.name}`,
    image: service.image,
    alone: { ...watched, project: { ...watched.project, services: new Map([[key, service]]) } },
  }));
}

/** The same repository under another tag, or at another host. */
function nearness({ name, image }: OneService, pushed: ImageReference): readonly string[] {
  const used = readImage(image);
  if (used?.repository !== pushed.repository) return [];
  const text = formatReference(used);
  if (used.registry !== pushed.registry) {
    return [`${name} uses ${text}, of another registry: GOPDATER_REGISTRY_ALIASES says when two names are one`];
  }
  return [`${name} uses ${text}`];
}

function readImage(image: string | undefined): ImageReference | undefined {
  try {
    return image === undefined ? undefined : parseReference(image);
  } catch {
    return undefined;
  }
}
