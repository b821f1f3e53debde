import type { EngineState } from '../state/engine-state.ts';

/** `GET /version`. */
export function versionView({ profile }: EngineState): Record<string, unknown> {
  const { version, apiVersion, minApiVersion } = profile;
  const common = {
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    GitCommit: 'fake',
    GoVersion: 'none',
    Os: 'linux',
    Arch: 'amd64',
    KernelVersion: '6.1.0',
    BuildTime: '2026-01-01T00:00:00.000000000+00:00',
  };
  const others = ['containerd', 'runc', 'docker-init'];
  return {
    Platform: { Name: '' },
    Components: [
      { Name: 'Engine', Version: version, Details: { ...common, Experimental: 'false' } },
      ...others.map(Name => ({ Name, Version: 'fake', Details: { GitCommit: 'fake' } })),
    ],
    Version: version,
    ...common,
  };
}
