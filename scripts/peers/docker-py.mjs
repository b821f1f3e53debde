import { readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists } from './exists.mjs';
import { runSuite } from './run-suite.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** docker-py's integration tests: pytest of `PYTHON` (default `python3`), with what docker-py imports. */
export const dockerPy = {
  name: 'docker-py',
  images: {
    alpine: {},
    'alpine:3.10': {},
    busybox: {},
    'hello-world': { command: ['echo', 'Hello from Docker!'] },
  },

  isIn: async dir => (await exists(join(dir, 'tests/integration'))) && (await exists(join(dir, 'docker/api'))),

  async run({ dir, work, filters, socketPath, signal }) {
    const report = join(work, 'verdicts.jsonl');
    const args = ['-m', 'pytest', '-p', 'verdicts', '-p', 'no:cacheprovider', '-q', 'tests/integration'];
    if (filters.length > 0) args.push('-k', filters.join(' or '));
    const env = {
      ...process.env,
      PYTHONPATH: [dir, here].join(delimiter),
      PYTHONDONTWRITEBYTECODE: '1',
      VERDICTS_FILE: report,
      DOCKER_HOST: `unix://${socketPath}`,
    };
    await runSuite(process.env.PYTHON ?? 'python3', args, { cwd: dir, env, signal });
    if (!(await exists(report))) throw new Error('pytest did not run; see above');
    const lines = (await readFile(report, 'utf8')).trim().split('\n').filter(Boolean);
    return new Map(lines.map(line => JSON.parse(line)));
  },
};
