import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from './exists.mjs';
import { withPort } from './port.mjs';
import { runSuite } from './run-suite.mjs';
import { parseTap } from './tap.mjs';

const shims = fileURLToPath(new URL('shims', import.meta.url));

/** podman's `test/apiv2/*.at`: bash, curl and jq; what they ask `podman` for is asked of `docker`. */
export const apiv2 = {
  name: 'podman-apiv2',
  images: { alpine: {}, busybox: {}, '127.0.0.1:5000/libpod/alpine_labels:latest': {} },

  isIn: dir => exists(join(dir, 'test/apiv2/test-apiv2')),

  run: options => withPort(options.socketPath, port => runFiles({ ...options, port })),
};

async function runFiles({ dir, work, filters, socketPath, port, signal }) {
  const tests = join(work, 'test/apiv2');
  await cp(join(dir, 'test/apiv2'), tests, { recursive: true });
  await adapt(join(tests, 'test-apiv2'));
  await mkdir(join(work, 'tmp'));
  const env = {
    ...process.env,
    PATH: [shims, process.env.PATH].join(delimiter),
    TMPDIR: join(work, 'tmp'),
    DOCKER_HOST: `unix://${socketPath}`,
    DOCKER_BUILDKIT: '0',
    PODMAN: join(shims, 'podman'),
    PODMAN_SERVICE_PORT: `${port}`,
    PODMAN_TEST_IMAGE_REGISTRY: '127.0.0.1:5000',
    CONTAINERS_HELPER_BINARY_DIR: shims,
  };
  const files = (await readdir(tests)).filter(name => name.endsWith('.at')).sort();
  const verdicts = new Map();
  for (const file of files.filter(name => filters.length === 0 || filters.some(filter => name.includes(filter)))) {
    let output = '';
    const onOutput = text => {
      output += text;
    };
    // One by one: after an error that a file does not expect it runs no further.
    const args = [join(tests, 'test-apiv2'), file.slice(0, -'.at'.length)];
    await runSuite('bash', args, { cwd: work, env, signal, onOutput });
    for (const [name, verdict] of parseTap(output)) verdicts.set(`${file} › ${name}`, verdict);
  }
  return verdicts;
}

/** podman's own routes are none of Docker's; and names by chance are no names of tests. */
async function adapt(file) {
  let script = await readFile(file, 'utf8');
  const begin = (name, lines) => {
    const head = `function ${name}() {\n`;
    if (!script.includes(head)) throw new Error(`${file} has no “${head.trim()}”: a version that is not known`);
    script = script.replace(head, () => `${head}    ${lines}\n`);
  };
  begin('t', 'case "$2" in libpod/*|/libpod/*|/v*/libpod/*) output=; return ;; esac');
  begin('random_string', 'echo >>$WORKDIR/random; printf "r%0$((${1:-10} - 1))d" $(wc -l <$WORKDIR/random); return');
  await writeFile(file, script);
}
