// The machine's own package sources, pointed at another suite: whatever mirror it uses, we use.
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes apt's source files for `suite` into `folder`. */
export async function writeSources(folder, { codename, suite }) {
  await mkdir(folder, { recursive: true });
  let found = 0;
  for (const [name, text] of await machineSources()) {
    const translate = name.endsWith('.sources') ? translateStanzas : translateLines;
    const translated = translate(text, { codename, suite });
    if (translated === '') continue;
    await writeFile(join(folder, name), translated);
    found++;
  }
  if (found === 0) {
    throw new Error(`No package source for ${codename} in /etc/apt, so ${suite} cannot be derived from it`);
  }
}

async function machineSources() {
  const parts = '/etc/apt/sources.list.d';
  const names = (await readdir(parts).catch(() => [])).filter(name => /\.(sources|list)$/.test(name));
  const files = [['sources.list', '/etc/apt/sources.list'], ...names.map(name => [name, join(parts, name)])];
  const texts = await Promise.all(files.map(([, path]) => readFile(path, 'utf8').catch(() => '')));
  return files.map(([name], index) => [name, texts[index]]);
}

/** deb822: stanzas parted by blank lines. */
function translateStanzas(text, { codename, suite }) {
  const stanzas = text.split(/\n\s*\n/).flatMap(stanza => {
    const suites = /^Suites:(.*)$/m.exec(stanza)?.[1]?.trim().split(/\s+/) ?? [];
    const wanted = suites.flatMap(name => translateSuite(name, { codename, suite }));
    return wanted.length === 0 ? [] : [stanza.replace(/^Suites:.*$/m, `Suites: ${wanted.join(' ')}`)];
  });
  return stanzas.map(stanza => `${stanza.trim()}\n`).join('\n');
}

/** One line each: `deb [options] URI suite component…`. */
function translateLines(text, { codename, suite }) {
  const lines = text.split('\n').flatMap(line => {
    const parts = /^\s*(deb\s+(?:\[[^\]]*\]\s+)?\S+)\s+(\S+)\s+(.*)$/.exec(line);
    if (!parts) return [];
    const [, source, name, components] = parts;
    return translateSuite(name, { codename, suite }).map(wanted => `${source} ${wanted} ${components}`);
  });
  return lines.map(line => `${line}\n`).join('');
}

function translateSuite(name, { codename, suite }) {
  if (name === codename) return [suite];
  // Unstable is updated in place.
  if (suite === 'sid' || !/^-(updates|security)$/.test(name.slice(codename.length))) return [];
  return name.startsWith(codename) ? [suite + name.slice(codename.length)] : [];
}
