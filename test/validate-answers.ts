import { subscribe } from 'node:diagnostics_channel';
import { afterAll, afterEach } from 'vitest';
import type { Answer, ApiDescription } from './engine-api/description.ts';

// Every answer that a fake engine gives over HTTP in any test is held against the engine's published API description.
const answers: Answer[] = [];
const descriptions = new Map<string, ApiDescription>();

subscribe('@gopdater/testing:answer', message => {
  if (isAnswer(message)) answers.push(message);
});

afterEach(check);
afterAll(check);

async function check(): Promise<void> {
  const problems = new Set<string>();
  for (const answer of answers.splice(0)) {
    for (const problem of (await descriptionOf(answer.apiVersion)).problemsOf(answer)) problems.add(problem);
  }
  if (problems.size > 0) throw new Error(`Against the engine's API description:\n${[...problems].join('\n')}`);
}

/** Read when the first answer needs it: most tests have none. */
async function descriptionOf(version: string): Promise<ApiDescription> {
  const known = descriptions.get(version);
  if (known) return known;
  const { ApiDescription: Read } = await import('./engine-api/description.ts');
  const description = Read.read(version);
  descriptions.set(version, description);
  return description;
}

function isAnswer(message: unknown): message is Answer {
  return typeof message === 'object' && message !== null && 'mediaType' in message;
}
