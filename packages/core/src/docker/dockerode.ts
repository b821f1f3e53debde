import type Docker from 'dockerode';

export type { default } from 'dockerode';

/** The only place that names the package, which takes as long to load as all of ours: whoever asks no engine does without. */
export async function loadDockerode(): Promise<typeof Docker> {
  return (await import('dockerode')).default;
}
