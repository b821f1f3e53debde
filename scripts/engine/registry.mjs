// A private registry on the loopback address: no TLS and no account needed, as Docker trusts 127.0.0.0/8.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { busybox } from './host.mjs';
import { lastLines } from './run.mjs';
import { waitFor } from './wait.mjs';

export const registryAddress = '127.0.0.1:5000';

export async function startRegistry({ namespace, programs, dir, startProgram, signal }) {
  const storage = join(dir, 'registry');
  await mkdir(storage);
  const config = {
    version: '0.1',
    log: { accesslog: { disabled: true }, level: 'info' },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: registryAddress },
  };
  // JSON is YAML.
  await writeFile(join(dir, 'registry.yml'), JSON.stringify(config));
  const log = join(dir, 'registry.log');
  const registry = startProgram(join(programs, 'usr/bin/docker-registry'), ['serve', join(dir, 'registry.yml')], log);

  const answers = () =>
    namespace.run(busybox, ['wget', '-q', '-O', '-', `http://${registryAddress}/v2/`], { signal }).then(
      () => true,
      () => false,
    );
  const up = await waitFor(async () => registry.hasEnded() || (await answers()), { timeoutMs: 20_000, signal });
  if (!up || registry.hasEnded()) {
    throw new Error(`The registry does not answer\n${lastLines(await readFile(log, 'utf8'))}`);
  }
}
