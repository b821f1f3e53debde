import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

/** A temporary folder for one engine's clients: its socket, and a configuration of their own (`DOCKER_CONFIG`). */
export class ClientFolder {
  #path: string | undefined;

  /** `undefined` before it is made. */
  get path(): string | undefined {
    return this.#path;
  }

  async make(): Promise<string> {
    if (this.#path !== undefined) return this.#path;
    this.#path = await mkdtemp(join(tmpdir(), 'fake-docker-'));
    await writeFile(join(this.#path, 'config.json'), JSON.stringify(clientConfig()));
    return this.#path;
  }

  async remove(): Promise<void> {
    if (this.#path !== undefined) await rm(this.#path, { recursive: true, force: true });
    this.#path = undefined;
  }
}

/** No credentials and no context of the user's; but their plugins, as `docker compose` may be one of them. */
function clientConfig(): Readonly<Record<string, unknown>> {
  const { DOCKER_CONFIG = join(homedir(), '.docker') } = process.env;
  return { auths: {}, cliPluginsExtraDirs: [join(DOCKER_CONFIG, 'cli-plugins')] };
}
