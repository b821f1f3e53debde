import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exists } from './exists.mjs';
import { runSuite } from './run-suite.mjs';

/** dockerode's tests: Mocha, which must be installed in the checkout. */
export const dockerode = {
  name: 'dockerode',
  images: { ubuntu: { bash: true }, 'ubuntu:14.04': { bash: true }, redis: {} },

  isIn: async dir => (await exists(join(dir, 'test/spec_helper.js'))) && (await exists(join(dir, 'lib/docker.js'))),

  async run({ dir, work, filters, socketPath, signal }) {
    const report = join(work, 'mocha.json');
    // All files in one process, as the project does: a file that is told apart by Mocha needs a run of its own.
    const args = ['--exit', '--reporter', 'json', '--reporter-option', `output=${report}`];
    if (filters.length > 0) args.push(...filters.map(filter => `test/*${filter}*.js`));
    // Older checkouts look at the first, newer ones at the second.
    const env = { ...process.env, DOCKER_SOCKET: socketPath, DOCKER_HOST: `unix://${socketPath}` };
    await runSuite(join(dir, 'node_modules/.bin/mocha'), args, { cwd: dir, env, signal });
    return verdictsOf(JSON.parse(await readFile(report, 'utf8')), dir);
  },
};

function verdictsOf({ passes, failures, pending }, dir) {
  const verdicts = new Map();
  const add = (tests, verdict) => {
    for (const { file, fullTitle } of tests) {
      verdicts.set(`${file?.replace(`${dir}/`, '') ?? ''} › ${fullTitle}`, verdict);
    }
  };
  add(passes, 'pass');
  add(pending, 'skip');
  add(failures, 'fail');
  return verdicts;
}
