import { readFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import {
  createCachedLoad,
  createDockerCompose,
  createDockerConfigCredentials,
  createDockerodeEngine,
  createOwnContainer,
  createPathSafeCompose,
  createPathSafeReader,
  createPlainReader,
  createRegistry,
  type DeployDependencies,
  discoverComposeFiles,
  GopdaterError,
  type LoadOptions,
  type OwnContainer,
  type ProcessRecords,
  type ProjectSource,
  parseCosignKeys,
  type StartSelfUpdate,
  startSelfUpdate,
  systemClock,
} from '@gopdater/core';
import { type Config, dataDirectory, dockerConfigDirectory, policyDefaults } from './config.ts';
import { ownContainerId } from './own-container.ts';
import { selfUpdateArguments } from './self-update-arguments.ts';

/** What a deployment stands on. */
export type Parts = Omit<DeployDependencies, 'signal' | 'onPlan' | 'onStep'>;

/**
 * The real parts, as configured: the engine, Compose, registries and projects of this machine.
 *
 * @param options.cwd  where compose files are looked for when none is named
 * @param options.processes  where commands that act are written down; default: nowhere
 * @param options.program  the words that start this program, for containers of its image
 * @throws GopdaterError `CONFIG_INVALID`
 */
export async function createParts(
  config: Config,
  options: {
    readonly cwd: string;
    readonly program: readonly string[];
    readonly processes?: ProcessRecords | undefined;
  },
): Promise<Parts> {
  const { cwd, program, processes } = options;
  const { engineHost, registryMirror, insecureRegistries, rollbackScope, keepImages } = config;
  const credentials = createDockerConfigCredentials(dockerConfigDirectory(config), {
    environment: config.composeEnvironment,
  });
  const engine = createDockerodeEngine({ host: engineHost, tls: readCertificates(config) });
  // Compose must speak to the same engine, whatever `docker context` says.
  const environment = { ...config.composeEnvironment, DOCKER_HOST: engineHost };
  const compose = createDockerCompose({ environment, processes });
  const load = createCachedLoad();
  const ownId = ownContainerId();
  const own = ownId === undefined ? undefined : createOwnContainer(ownId, { engine });
  const updateThis = (container: OwnContainer): StartSelfUpdate => {
    return async (step, { deliveryId, signal }) =>
      await startSelfUpdate({
        engine,
        own: container,
        service: `${step.project.name}/${step.service}`,
        command: [...program, ...selfUpdateArguments(step, { deliveryId, composeFiles: config.composeFiles })],
        workingDirectory: cwd,
        dataDirectory: dataDirectory(config),
        signal,
      });
  };
  return {
    projects: await projectSource(config, { cwd }),
    engine,
    compose: own === undefined ? compose : createPathSafeCompose({ engine, own, compose, environment }),
    reader:
      own === undefined
        ? createPlainReader(load)
        : createPathSafeReader({ engine, own, program, clock: systemClock, load }),
    registry: createRegistry({ credentials, mirror: registryMirror, insecureRegistries, clock: systemClock }),
    credentials,
    clock: systemClock,
    ownContainerId: ownId,
    selfUpdate: own && updateThis(own),
    defaults: policyDefaults(config),
    signatureKeys: config.cosignKey === undefined ? [] : parseCosignKeys(config.cosignKey),
    rollbackScope,
    keepImages,
  };
}

/** The files that were named; else those of the working directory; else whatever runs. */
export async function projectSource(
  { composeFiles, composeEnvironment }: Pick<Config, 'composeFiles' | 'composeEnvironment'>,
  { cwd }: { readonly cwd: string },
): Promise<ProjectSource> {
  const environment = composeEnvironment;
  if (composeFiles.length > 0) {
    return composeFiles.map(list => {
      const files = list.split(delimiter).map(file => resolve(cwd, file));
      return { files, cwd: dirname(files[0] ?? cwd), environment };
    });
  }
  const here: LoadOptions = { cwd, environment };
  return (await hasComposeFile(here)) ? [here] : { kind: 'running', environment };
}

async function hasComposeFile({ cwd, environment }: LoadOptions): Promise<boolean> {
  if (environment.COMPOSE_FILE) return true;
  try {
    await discoverComposeFiles(cwd);
    return true;
  } catch (error) {
    if (error instanceof GopdaterError && error.code === 'COMPOSE_FILE_NOT_FOUND') return false;
    throw error;
  }
}

function readCertificates(config: Config): { ca: string; cert: string; key: string } | undefined {
  if (!config.engineTls) return undefined;
  const directory = config.engineCertificates ?? dockerConfigDirectory(config);
  const read = (name: string) => {
    try {
      return readFileSync(join(directory, name), 'utf8');
    } catch (cause) {
      throw new GopdaterError('CONFIG_INVALID', `${join(directory, name)} cannot be read.`, {
        hint: 'DOCKER_TLS_VERIFY needs ca.pem, cert.pem and key.pem in DOCKER_CERT_PATH.',
        cause,
      });
    }
  };
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') };
}
