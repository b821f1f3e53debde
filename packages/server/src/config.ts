import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  defaultMerging,
  GopdaterError,
  type MaintenanceWindow,
  type PolicyDefaults,
  parseWindow,
  type Receiver,
} from '@gopdater/core';
import * as v from 'valibot';
import { type Option, type Options, options } from './config.schema.ts';
import { receiverPrefix } from './receivers/entrances.ts';
import { readReceivers, readRegistryAliases } from './receivers/read-receivers.ts';
import type { ServeOptions } from './serve.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type ValueOf<O> = O extends Option<infer T> ? T : never;

/** Everything that was configured, checked and complete. */
export type Config = { readonly [K in keyof Omit<Options, 'registryAliases'>]: ValueOf<Options[K]> } & {
  readonly receivers: readonly Receiver[];
  /** Names of one registry, each list. */
  readonly registryAliases: readonly (readonly string[])[];
  /** The user's home, for what is found there by default. */
  readonly home: string;
  /** The environment without what is meant for gopdater alone: Compose interpolates files with it. */
  readonly composeEnvironment: Readonly<Record<string, string>>;
};

/**
 * Reads the environment: nothing else does.
 *
 * @throws GopdaterError `CONFIG_INVALID`; its message names the variable, never a secret's value
 */
export function readConfig(environment: Environment): Config {
  const value = <T>(option: Option<T>): T => readOption(option, environment);
  return {
    owner: value(options.owner),
    hookSecret: value(options.hookSecret),
    receiverNames: value(options.receiverNames),
    composeFiles: value(options.composeFiles),
    host: value(options.host),
    port: value(options.port),
    publicUrl: value(options.publicUrl),
    dockerHubCallback: value(options.dockerHubCallback),
    tlsCert: value(options.tlsCert),
    tlsKey: value(options.tlsKey),
    trustedProxies: value(options.trustedProxies),
    rateLimit: value(options.rateLimit),
    mergeQuiet: value(options.mergeQuiet),
    mergeMax: value(options.mergeMax),
    checkAtStart: value(options.checkAtStart),
    poll: value(options.poll),
    engineHost: value(options.engineHost),
    engineTls: value(options.engineTls),
    engineCertificates: value(options.engineCertificates),
    dockerConfig: value(options.dockerConfig),
    registryMirror: value(options.registryMirror),
    insecureRegistries: value(options.insecureRegistries),
    data: value(options.data),
    order: value(options.order),
    parallelism: value(options.parallelism),
    delay: value(options.delay),
    monitor: value(options.monitor),
    healthTimeout: value(options.healthTimeout),
    failureAction: value(options.failureAction),
    maxFailureRatio: value(options.maxFailureRatio),
    rollbackScope: value(options.rollbackScope),
    fallback: value(options.fallback),
    drift: value(options.drift),
    cooldown: value(options.cooldown),
    window: value(options.window),
    timeZone: value(options.timeZone),
    cosignKey: value(options.cosignKey),
    keepImages: value(options.keepImages),
    logLevel: value(options.logLevel),
    logFormat: value(options.logFormat),
    noColor: value(options.noColor),
    forceColor: value(options.forceColor),
    term: value(options.term),
    receivers: readReceivers(environment, variable => readSecret(variable, environment)),
    registryAliases: readRegistryAliases(value(options.registryAliases)),
    home: environment.HOME ?? '/root',
    composeEnvironment: composeEnvironment(environment),
  };
}

/** The files of `--compose-file`, each a project, win over the variable's. */
export function withComposeFiles(config: Config, composeFiles: readonly string[] | undefined): Config {
  return composeFiles === undefined ? config : { ...config, composeFiles };
}

/** Where Docker's own configuration is: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerConfigDirectory({ dockerConfig, home }: Config): string {
  return dockerConfig ?? join(home, '.docker');
}

/** What counts where a service says nothing of its updates. */
export function policyDefaults(config: Config): PolicyDefaults {
  const { order, parallelism, delay, monitor, healthTimeout, failureAction, maxFailureRatio, fallback, drift } = config;
  const { poll, cooldown, window, timeZone } = config;
  return {
    ...{ order, parallelism, failureAction, maxFailureRatio, fallback, drift, timeZone },
    ...{ delayMs: delay, monitorMs: monitor, healthTimeoutMs: healthTimeout, pollMs: poll, cooldownMs: cooldown },
    window: window === undefined ? undefined : readWindow(window, timeZone),
  };
}

function readWindow(text: string, timeZone: string): MaintenanceWindow {
  const window = parseWindow(text, timeZone);
  if (window !== undefined) return window;
  throw new GopdaterError('CONFIG_INVALID', `${options.window.env} “${text}” is no maintenance window.`, {
    hint: 'Write it as “Mon-Fri 02:00-04:00 Europe/Berlin”; several with “;” between them.',
  });
}

/**
 * How the server listens, and takes bursts.
 *
 * @throws GopdaterError `CONFIG_INVALID` for a certificate without its key
 */
export function serveOptions(config: Config): ServeOptions {
  const { owner, hookSecret, host, port, tlsCert, tlsKey, trustedProxies, rateLimit, mergeQuiet, mergeMax } = config;
  const { quietMs, maxMs } = defaultMerging;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new GopdaterError('CONFIG_INVALID', 'A certificate and its key go together, and only one is set.', {
      hint: `Set both ${options.tlsCert.env} and ${options.tlsKey.env}, or neither.`,
    });
  }
  return {
    ...{ owner, hookSecret, host, port, trustedProxies },
    receivers: config.receivers,
    registryAliases: config.registryAliases,
    tls: tlsCert === undefined || tlsKey === undefined ? undefined : { cert: tlsCert, key: tlsKey },
    maxPerMinute: rateLimit ?? 600,
    checksAtStart: config.checkAtStart,
    merging: { quietMs: mergeQuiet ?? quietMs, maxMs: mergeMax ?? maxMs },
  };
}

/** Where what must not be forgotten is kept. */
export function dataDirectory({ data, home }: Config): string {
  return data ?? join(home, '.local/state/gopdater');
}

export function storeFile(config: Config): string {
  return join(dataDirectory(config), 'gopdater.db');
}

function readOption<T>({ env, isSecret, schema }: Option<T>, environment: Environment): T {
  const text = (isSecret ? readSecret(env, environment) : environment[env]) || undefined;
  const result = v.safeParse(schema, text);
  if (result.success) return result.output;
  const shown = isSecret ? '' : ` “${text ?? ''}”`;
  throw new GopdaterError('CONFIG_INVALID', `${env}${shown} ${result.issues[0].message}.`, {
    hint: `Set ${env} as “gopdater serve --help” says.`,
  });
}

/** The variable itself, or the file that `<env>_FILE` names. A file that is named must hold something. */
function readSecret(env: string, environment: Environment): string | undefined {
  const file = environment[`${env}_FILE`];
  const direct = environment[env];
  if (!file) return direct;
  if (direct)
    throw new GopdaterError('CONFIG_INVALID', `Both ${env} and ${env}_FILE are set.`, { hint: 'Keep one of them.' });
  const content = readSecretFile(env, file).trim();
  if (content !== '') return content;
  throw new GopdaterError('CONFIG_INVALID', `${file}, named by ${env}_FILE, is empty.`, {
    hint: 'Write the secret into it.',
  });
}

function readSecretFile(env: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GopdaterError('CONFIG_INVALID', `${file}, named by ${env}_FILE, cannot be read.`, {
      hint: 'Mount the secret there and let this user read it.',
      cause,
    });
  }
}

/**
 * What sets up gopdater's own process goes, so that it cannot stand in for a variable of the project's `.env`. `OWNER` and
 * `HOOK_SECRET` stay: a compose file with gopdater in it may well use them. So do Docker's own and the terminal's: they
 * are not ours alone.
 * `PWD` goes: to Compose it is the project's directory, and not where gopdater was started.
 */
function composeEnvironment(environment: Environment): Record<string, string> {
  const { owner, hookSecret, engineHost, engineTls, engineCertificates, dockerConfig, ...others } = options;
  const { noColor, forceColor, term, timeZone, ...ours } = others;
  const gone = new Set(['PWD', ...Object.values(ours).map(({ env }) => env)]);
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !gone.has(name) && !name.startsWith(receiverPrefix)) kept[name] = value;
  }
  return kept;
}
