import { describe, expect, test } from 'vitest';
import type { PullProgress } from './engine.ts';
import { readPullProgress } from './pull-progress.ts';

async function* chunks(...parts: readonly (string | Uint8Array)[]) {
  yield* parts;
}

const read = async (...parts: readonly (string | Uint8Array)[]) => {
  const seen: PullProgress[] = [];
  await readPullProgress(chunks(...parts), 'acme/web', progress => seen.push(progress));
  return seen;
};

describe('a pull’s stream', () => {
  test('is read line by line, however it is cut into chunks', async () => {
    const bytes = new TextEncoder().encode('{"status":"Läuft","id":"a"}\r\n{"status":"Fertig"}');
    const seen = await read(...[...bytes].map(byte => Uint8Array.of(byte)));
    expect(seen.map(({ status }) => status)).toEqual(['Läuft', 'Fertig']);
  });

  test('tells sizes in bytes', async () => {
    const seen = await read('{"status":"Downloading","id":"a","progressDetail":{"current":10,"total":20}}\n');
    expect(seen).toEqual([{ status: 'Downloading', id: 'a', current: 10, total: 20 }]);
  });

  test.each(['{"errorDetail":{"message":"toomanyrequests"},"error":"toomanyrequests"}', '{"error":"toomanyrequests"}'])(
    'fails when a line carries an error, though the answer was 200: %s',
    async line => {
      await expect(read('{"status":"Pulling"}\n', `${line}\n`)).rejects.toMatchObject({
        code: 'PULL_FAILED',
        message: expect.stringContaining('toomanyrequests'),
      });
    },
  );

  test.each(['{"error":""}', '{"errorDetail":{"code":500}}', '{"status":"Pulling","errorDetail":{}}'])(
    'fails also when the error has no words: %s',
    async line => {
      await expect(read('{"status":"Pulling"}\n', `${line}\n`, '{"status":"Done"}\n')).rejects.toMatchObject({
        code: 'PULL_FAILED',
      });
    },
  );

  test('fails when the error comes last', async () => {
    const lines = ['{"status":"Pulling"}', '{"status":"Download complete"}', '{"error":"no space left on device"}'];
    await expect(read(lines.join('\n'))).rejects.toMatchObject({
      code: 'PULL_FAILED',
      message: expect.stringContaining('no space left on device'),
      hint: expect.not.stringContaining('docker login'),
    });
  });

  test.each([
    ['toomanyrequests: You have reached your pull rate limit.', 'for a higher limit'],
    ['failed to copy: unexpected status code: 429 Too Many Requests', 'for a higher limit'],
    ['unauthorized: incorrect username or password', 'DOCKER_CONFIG'],
    ['denied: requested access to the resource is denied', 'DOCKER_CONFIG'],
  ])('says to log in after “%s”', async (message, hint) => {
    await expect(read(`${JSON.stringify({ errorDetail: { message }, error: message })}\n`)).rejects.toMatchObject({
      code: 'PULL_FAILED',
      hint: expect.stringMatching(new RegExp(`“docker login”.*${hint}`)),
    });
  });

  test('fails when it breaks off inside a line', async () => {
    await expect(read('{"status":"Pull')).rejects.toMatchObject({ code: 'PULL_FAILED' });
  });
});
