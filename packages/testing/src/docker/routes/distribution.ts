import { EngineError } from '../../errors.ts';
import { parseImageName } from '../../image/name.ts';
import { RegistryError } from '../../registry/failures.ts';
import { type Content, mediaTypes } from '../../registry/image-bytes.ts';
import { json, type Reply, type Route, type RouteCall } from '../router.ts';
import { parseRegistryAuth } from '../wire/registry-auth.ts';

export const distributionRoutes: readonly Route[] = [
  { method: 'GET', path: '/distribution/{name}/json', handle: inspect },
];

/** What the registry has under the name now. */
function inspect({ state, params, headers }: RouteCall): Reply {
  const credentials = parseRegistryAuth(headers['x-registry-auth']);
  try {
    const { content, platforms } = state.registry.manifestFor(parseImageName(params.name ?? ''), credentials);
    return json({
      Descriptor: { mediaType: content.mediaType, digest: content.digest, size: content.bytes.length },
      // Of an index, and of Docker’s own manifest; of another one an engine does not fetch the configuration to know it.
      Platforms: tellsPlatforms(content) ? platforms.map(({ platform }) => platformView(platform)) : null,
    });
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    if (error.status === 404) {
      const what = error.code === 'NAME_UNKNOWN' ? 'name unknown' : 'manifest unknown';
      throw new EngineError(404, `${what}: ${error.message}`);
    }
    throw new EngineError(error.status === 401 ? 401 : 500, `${error.code.toLowerCase()}: ${error.message}`);
  }
}

function tellsPlatforms({ mediaType }: Content): boolean {
  return mediaType.includes('index') || mediaType === mediaTypes.schema2;
}

function platformView(platform: string): Record<string, unknown> {
  const [os, architecture] = platform.split('/');
  return { architecture, os };
}
