// Engines of other Debian suites, unpacked into the cache. Nothing of them is installed: their programs are written
// in Go, need little of the system, and run where they lie.
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cachedFolder } from './cache.mjs';
import { run } from './run.mjs';
import { writeSources } from './sources.mjs';

// Installing docker-registry would start one on the machine; unpacked it only lies there.
const packages = ['docker.io', 'docker-cli', 'docker-compose', 'docker-buildx', 'containerd', 'docker-registry'];
// Has tini-static, which docker-init is a link to.
const initPackage = { trixie: 'tini', sid: 'tini-static' };

/** The folder with the programs of a suite: `usr/bin/docker`, `usr/sbin/dockerd`, … */
export function unpackedSuite(suite, { codename, signal }) {
  return cachedFolder(suite, async folder => {
    console.error(`Fetching the engine of ${suite} …`);
    const work = `${folder}.apt`;
    try {
      await mkdir(join(work, 'lists/partial'), { recursive: true });
      await mkdir(join(work, 'cache/archives/partial'), { recursive: true });
      await mkdir(join(work, 'packages'));
      await writeSources(join(work, 'sources'), { codename, suite });
      const options = aptOptions(work);
      const step = `The packages of ${suite}`;
      await run('apt-get', [...options, 'update'], { step: `${step}: reading the lists`, signal });
      for (const name of [...packages, initPackage[suite]]) {
        await run('apt-get', [...options, 'download', name], {
          step: `${step}: fetching ${name}`,
          cwd: join(work, 'packages'),
          signal,
        });
      }
      for (const file of await readdir(join(work, 'packages'))) {
        await run('dpkg', ['-x', join(work, 'packages', file), folder], { step: `${step}: unpacking ${file}`, signal });
      }
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
}

function aptOptions(work) {
  const settings = {
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': join(work, 'sources'),
    // apt's own user may not enter the folder.
    'APT::Sandbox::User': 'root',
    'Acquire::Retries': '3',
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}
