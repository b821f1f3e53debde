import { STATUS_CODES } from 'node:http';
import { EngineError } from '../../errors.ts';
import { familiarReference, familiarRepository, type ImageName } from '../../image/name.ts';
import type { RegistryError } from '../../registry/failures.ts';
import type { Content } from '../../registry/image-bytes.ts';
import type { EngineState } from './engine-state.ts';

/** What the engine answers when a registry refuses a manifest. */
export function refusedManifest(state: EngineState, name: ImageName, error: RegistryError): EngineError {
  const { code, message } = error;
  const repository = familiarRepository(name);
  // Docker Hub does not tell a repository that is private from one that is not there.
  const isHidden = name.domain === 'docker.io' && (code === 'NAME_UNKNOWN' || code === 'UNAUTHORIZED');
  const isClassic = state.imageStore === 'classic';
  if (isHidden || (code === 'DENIED' && isClassic)) {
    const why = isHidden ? 'denied: requested access to the resource is denied' : `denied: ${message}`;
    return new EngineError(
      404,
      `pull access denied for ${repository}, repository does not exist or may require 'docker login': ${why}`,
    );
  }
  return isClassic ? refusedByDistribution(state, name, error) : refusedByContainerd(name, error);
}

/** What it says inside the stream when a registry refuses the configuration or a layer. */
export function refusedBlob({ imageStore }: EngineState, config: Content, error: RegistryError): EngineError {
  const isMissing = error.status === 404;
  if (imageStore === 'classic') {
    if (!isMissing) return new EngineError(500, `received unexpected HTTP status: ${statusLine(error.status)}`);
    return new EngineError(500, 'error pulling image configuration: download failed after attempts=1: unknown blob');
  }
  const what = `could not fetch content descriptor ${config.digest} (${config.mediaType}) from remote`;
  return new EngineError(
    500,
    `failed to copy: httpReadSeeker: failed open: ${what}: ${isMissing ? 'not found' : error.message}`,
  );
}

function refusedByDistribution(
  { profile }: EngineState,
  name: ImageName,
  { status, code, message }: RegistryError,
): EngineError {
  if (code === 'NAME_UNKNOWN') {
    return new EngineError(404, `repository ${familiarRepository(name)} not found: name unknown: ${message}`);
  }
  if (status === 404) {
    return new EngineError(404, `manifest for ${familiarReference(name)} not found: manifest unknown: ${message}`);
  }
  // Before 28.0 what a registry refuses for another reason is an error of the engine.
  const passed = (text: string): EngineError => new EngineError(profile.isSince28 ? status : 500, text);
  if (status === 401) return passed(`unauthorized: ${message}`);
  if (status === 429) return passed(`toomanyrequests: ${message}`);
  if (status === 0) return new EngineError(500, `Get "https://${name.domain}/v2/": ${message}`);
  return new EngineError(500, `received unexpected HTTP status: ${statusLine(status)}`);
}

function refusedByContainerd(name: ImageName, { status, message }: RegistryError): EngineError {
  const reference = familiarReference(name);
  const unresolved = `failed to resolve reference "${reference}"`;
  if (status === 404) return new EngineError(404, `${unresolved}: ${reference}: not found`);
  const scheme = /^(127\.|localhost)/.test(name.domain) ? 'http' : 'https';
  const url = `${scheme}://${name.domain}/v2/${name.path}/manifests/${name.digest ?? name.tag ?? 'latest'}`;
  if (status === 0) return new EngineError(500, `${unresolved}: failed to do request: Head "${url}": ${message}`);
  return new EngineError(
    500,
    `unknown: ${unresolved}: unexpected status from HEAD request to ${url}: ${statusLine(status)}`,
  );
}

const statusLine = (status: number): string => `${status} ${STATUS_CODES[status] ?? ''}`;
