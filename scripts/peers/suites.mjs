import { apiv2 } from './apiv2.mjs';
import { dockerPy } from './docker-py.mjs';
import { dockerode } from './dockerode.mjs';

/**
 * The suites that can be run.
 *
 * `images`: what they pull, by name: `command`, `bash`. `run`: each test's verdict (`pass`, `fail`, `skip`) by its name,
 * which begins with the file that it is in.
 */
const suites = [dockerode, dockerPy, apiv2];

/** Which of them the checkout is of. */
export async function suiteIn(dir) {
  for (const suite of suites) if (await suite.isIn(dir)) return suite;
  throw new Error(`${dir} is no checkout of ${suites.map(suite => suite.name).join(', ')}`);
}
