import { describe, expect, test } from 'vitest';
import { createFolder, twoServices } from './folder.ts';

// What the real Compose answered.
describe('.env is switched off', () => {
  const files = { 'compose.yaml': twoServices('{image: "i$A"}'), '.env': 'A=1\n' };

  test.each(['1', 't', 'TRUE', 'True'])('by %s', async word => {
    await using folder = await createFolder(files);
    const { services } = await folder.load({ environment: { COMPOSE_DISABLE_ENV_FILE: word } });
    expect(services.get('s')?.image).toBe('i');
  });

  test.each(['', 'yes', 'tRUE'])('by nothing else: "%s" is refused', async word => {
    await using folder = await createFolder(files);
    const environment = { COMPOSE_DISABLE_ENV_FILE: word };
    for (const compat of ['2.26', '2.40'] as const) {
      expect((await folder.refusal({ compat, environment })).message).toContain('neither true nor false');
    }
    expect((await folder.load({ environment, envFiles: ['.env'] })).services.get('s')?.image).toBe('i1');
  });

  test('by itself, but not for older versions', async () => {
    await using folder = await createFolder({ ...files, '.env': 'A=1\nCOMPOSE_DISABLE_ENV_FILE=1\n' });
    expect((await folder.load()).services.get('s')?.image).toBe('i');
    expect((await folder.load({ compat: '2.26' })).services.get('s')?.image).toBe('i1');
  });
});
