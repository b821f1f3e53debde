import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadProject } from '../../src/compose/load.ts';
import { answerLoadRequest, formatLoadRequest, parseLoadAnswer } from '../../src/compose/load-elsewhere.ts';
import { readCases } from './cases.ts';

const cases = readCases(fileURLToPath(new URL('.', import.meta.url)), 'synthetic', '2.40.3');

test('a project that is loaded elsewhere is the same, and so is what is wrong with one', async () => {
  expect(cases.length).toBeGreaterThan(100);
  for (const { id, options } of cases) {
    const line = await answerLoadRequest(formatLoadRequest(options));
    expect(line).not.toContain('\n');
    const answer = parseLoadAnswer(line);
    const direct = await loadProject(options).then(
      project => ({ project }),
      error => ({ error }),
    );
    if ('project' in direct) {
      expect(answer, id).toEqual(direct);
    } else {
      const { code, message, hint } = direct.error;
      expect(answer, id).toMatchObject({ error: { code, message, hint } });
    }
  }
});

test('a file that is not there is named', async () => {
  const options = { files: ['/no/such/compose.yml'], cwd: '/', environment: {} };
  const answer = parseLoadAnswer(await answerLoadRequest(formatLoadRequest(options)));
  expect(answer).toMatchObject({ error: { code: 'COMPOSE_FILE_NOT_FOUND' }, missing: '/no/such/compose.yml' });
});

test('what is no answer is none', () => {
  for (const text of ['', 'started', '{"level":30}', '[]', '{']) expect(parseLoadAnswer(text)).toBeUndefined();
});
