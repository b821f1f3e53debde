import { readFile } from 'node:fs/promises';
import { load, YAMLException } from 'js-yaml';
import { parseScenario } from './parse-scenario.ts';
import { Place, ScenarioError } from './place.ts';
import type { Scenario } from './scenario.ts';

/**
 * Reads a scenario in YAML or JSON.
 *
 * @throws ScenarioError with the file, the place in it, and what to write there
 */
export async function readScenario(file: string): Promise<Scenario> {
  return parseScenario(new Place(await readYaml(file), file));
}

async function readYaml(file: string): Promise<unknown> {
  try {
    return load(await readFile(file, 'utf8'));
  } catch (cause) {
    if (cause instanceof YAMLException) {
      const { mark, reason } = cause;
      const where = mark ? `${file}:${mark.line + 1}:${mark.column + 1}` : file;
      throw new ScenarioError(`${where}: ${reason}. It needs to be YAML or JSON.`, { cause });
    }
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ScenarioError(`${file}: cannot be read (${reason}). Name a file that is there.`, { cause });
  }
}
