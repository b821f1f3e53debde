import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { makeFile } from '../files/file-node.ts';
import { type TarEntry, writeTar } from '../files/tar.ts';

/** Bytes and what they are; `digest` is the true sha256 of `bytes`. */
export interface Content {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What an image of the fake registry is made from. */
export interface ImageRecipe {
  /** Label `org.opencontainers.image.version`, variable `VERSION` and the content of the one layer. */
  readonly version: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  /** e.g. `80/tcp` */
  readonly exposedPorts: readonly string[];
  readonly hasHealthcheck: boolean;
  /** Content by absolute path; what begins with `#!` can be run. */
  readonly files: Readonly<Record<string, string | Buffer>>;
  /** Goes into the history, so that images that behave differently have different ids. */
  readonly comment: string;
  /** ISO 8601 */
  readonly created: string;
  /** An archive; default: one with the version in it. */
  readonly layer: Buffer | undefined;
}

/** One platform's image: contents that name each other by digest. */
export interface ImageBytes {
  readonly manifest: Content;
  readonly config: Content;
  readonly layers: readonly Content[];
}

export const mediaTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  /** Docker’s manifest, which came before OCI’s. */
  schema2: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** @see OCI Image Format Specification v1.1, "Image Manifest" and "Image Configuration" */
export function buildImage(recipe: ImageRecipe, platform: string): ImageBytes {
  const [os = 'linux', architecture = 'amd64'] = platform.split('/');
  const own = writeTar([{ ...makeFile(`${recipe.version}\n`), path: 'version' }, ...filesOf(recipe)]);
  const layer = layerContent(recipe.layer ?? own);
  const config = jsonContent(mediaTypes.config, {
    architecture,
    os,
    created: recipe.created,
    config: {
      Env: Object.entries({ PATH: '/bin', VERSION: recipe.version, ...recipe.env }).map(([k, v]) => `${k}=${v}`),
      Cmd: recipe.command,
      Labels: { 'org.opencontainers.image.version': recipe.version, ...recipe.labels },
      ...(recipe.exposedPorts.length > 0 && {
        ExposedPorts: Object.fromEntries(recipe.exposedPorts.map(p => [p, {}])),
      }),
      ...(recipe.hasHealthcheck && { Healthcheck: { Test: ['CMD', '/bin/health'], Interval: 1_000_000_000 } }),
    },
    rootfs: { type: 'layers', diff_ids: [sha256(recipe.layer ?? own)] },
    history: [{ created: recipe.created, created_by: `COPY version ${recipe.version}`, comment: recipe.comment }],
  });
  return withManifest(config, [layer]);
}

function filesOf({ files }: ImageRecipe): TarEntry[] {
  return Object.entries(files).map(([path, content]) => {
    const mode = Buffer.from(content).toString('latin1', 0, 2) === '#!' ? 0o755 : 0o644;
    return { ...makeFile(content, { mode }), path: path.replace(/^\/+/, '') };
  });
}

/** Compressed, as registries have them. */
export function layerContent(tar: Buffer): Content {
  return content(mediaTypes.layer, gzipSync(tar));
}

/** The image that a configuration and its layers make. */
export function withManifest(config: Content, layers: readonly Content[]): ImageBytes {
  const manifest = jsonContent(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: descriptor(config),
    layers: layers.map(descriptor),
  });
  return { manifest, config, layers };
}

/** @see OCI Image Format Specification v1.1, "Image Index" */
export function buildIndex(images: readonly { readonly platform: string; readonly manifest: Content }[]): Content {
  return jsonContent(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests: images.map(({ platform, manifest }) => {
      const [os, architecture] = platform.split('/');
      return { ...descriptor(manifest), platform: { architecture, os } };
    }),
  });
}

export function descriptor({ mediaType, digest, bytes }: Content): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest, size: bytes.length };
}

export function jsonContent(mediaType: string, value: unknown): Content {
  return content(mediaType, Buffer.from(JSON.stringify(value)));
}

export function content(mediaType: string, bytes: Buffer): Content {
  return { digest: sha256(bytes), mediaType, bytes };
}

export function sha256(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
