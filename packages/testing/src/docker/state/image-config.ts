import type { ImageConfig } from './image-store.ts';

/** The configuration of an image, which the fake registry made: its shape is known. */
interface ImageConfiguration {
  readonly os: string;
  readonly architecture: string;
  readonly created: string;
  readonly author?: string;
  readonly comment?: string;
  readonly config: ImageConfig;
  readonly rootfs: { readonly diff_ids: readonly string[] };
  readonly history?: readonly { readonly comment?: string }[];
}

export interface ParsedImageConfig {
  readonly os: string;
  readonly architecture: string;
  readonly created: string;
  readonly author: string;
  readonly comment: string;
  readonly config: ImageConfig;
  readonly diffIds: readonly string[];
}

/** @see OCI Image Format Specification v1.1, "Image Configuration" */
export function parseImageConfig(bytes: Buffer): ParsedImageConfig {
  const { author = '', comment = '', ...parsed }: ImageConfiguration = JSON.parse(bytes.toString());
  const { os, architecture, created, config, rootfs, history = [] } = parsed;
  const last = history.at(-1)?.comment ?? '';
  return { os, architecture, created, author, comment: comment || last, config, diffIds: rootfs.diff_ids };
}
