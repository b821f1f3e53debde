import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseTranscript, type Transcript } from './transcript.ts';

/** Real engines that scenarios were recorded on, and how the fake is told to be one of them. */
export const conformanceProfiles = {
  'docker-26.1': { engine: '26.1', imageStore: 'classic' },
  'docker-28.5': { engine: '28.5', imageStore: 'classic' },
  'docker-28.5-containerd': { engine: '28.5', imageStore: 'containerd' },
} as const;

export type ConformanceProfile = keyof typeof conformanceProfiles;

export const isConformanceProfile = (name: string): name is ConformanceProfile => name in conformanceProfiles;

/** Where it lies, in normal form. */
export function recordingFile(profile: string, scenario: string): string {
  return fileURLToPath(new URL(`../../recordings/${profile}/${scenario}.json`, import.meta.url));
}

/** What a real engine answered and told of, in normal form. @throws Error `ENOENT` if there is none */
export async function readRecording(profile: ConformanceProfile, scenario: string): Promise<Transcript> {
  return parseTranscript(await readFile(recordingFile(profile, scenario), 'utf8'));
}
