import { type FailureAction, isTimeZone, type Order, parseDuration } from '@gopdater/core';
import * as v from 'valibot';

/** One thing that can be configured: what it is called in the environment, and what it may be. */
export interface Option<T> {
  readonly env: string;
  /** What the value is without it, in words. */
  readonly default: string;
  /** One sentence; docs/configuration.md is made from it. */
  readonly about: string;
  /** True: also read from the file that `<env>_FILE` names, and never shown. */
  readonly isSecret?: boolean;
  /** From the text in the environment, `undefined` when it is empty or not set. */
  readonly schema: v.GenericSchema<string | undefined, T>;
}

const text = v.optional(v.string());
const flag = v.pipe(
  v.optional(v.string(), ''),
  v.transform(value => value !== ''),
);
const list = v.pipe(
  v.optional(v.string(), ''),
  v.transform(value =>
    value
      .split(',')
      .map(item => item.trim())
      .filter(Boolean),
  ),
);

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
export type LogFormat = 'text' | 'json';

/** A setting that is one of these words. */
function oneOf<const T extends string>(...words: readonly T[]): v.GenericSchema<string | undefined, T | undefined> {
  return v.optional(v.picklist(words, `is none of ${words.join(', ')}`));
}

/** In milliseconds, from a duration as Compose writes it. */
const duration = v.optional(v.pipe(v.string(), v.transform(parseDuration), v.number('is no duration, such as 30s')));

function number({
  max,
  words,
}: {
  readonly max: number;
  readonly words: string;
}): v.GenericSchema<string | undefined, number | undefined> {
  return v.optional(
    v.pipe(v.string(), v.transform(Number), v.number(words), v.minValue(0, words), v.maxValue(max, words)),
  );
}

export interface Options {
  readonly owner: Option<readonly string[]>;
  readonly hookSecret: Option<string | undefined>;
  readonly receiverNames: Option<readonly string[]>;
  readonly registryAliases: Option<readonly string[]>;
  readonly composeFiles: Option<readonly string[]>;
  readonly host: Option<string>;
  readonly port: Option<number>;
  readonly publicUrl: Option<string | undefined>;
  readonly dockerHubCallback: Option<boolean>;
  readonly tlsCert: Option<string | undefined>;
  readonly tlsKey: Option<string | undefined>;
  readonly trustedProxies: Option<readonly string[]>;
  readonly rateLimit: Option<number | undefined>;
  readonly mergeQuiet: Option<number | undefined>;
  readonly mergeMax: Option<number | undefined>;
  readonly checkAtStart: Option<boolean>;
  readonly poll: Option<number | undefined>;
  readonly engineHost: Option<string>;
  readonly engineTls: Option<boolean>;
  readonly engineCertificates: Option<string | undefined>;
  readonly dockerConfig: Option<string | undefined>;
  readonly registryMirror: Option<string | undefined>;
  readonly insecureRegistries: Option<readonly string[]>;
  readonly data: Option<string | undefined>;
  readonly order: Option<Order | undefined>;
  readonly parallelism: Option<number | undefined>;
  readonly delay: Option<number | undefined>;
  readonly monitor: Option<number | undefined>;
  readonly healthTimeout: Option<number | undefined>;
  readonly failureAction: Option<FailureAction | undefined>;
  readonly maxFailureRatio: Option<number | undefined>;
  readonly rollbackScope: Option<'push' | 'service' | undefined>;
  readonly fallback: Option<'stop-first' | 'refuse' | undefined>;
  readonly drift: Option<'refuse' | 'proceed' | undefined>;
  readonly cooldown: Option<number | undefined>;
  readonly window: Option<string | undefined>;
  readonly timeZone: Option<string>;
  readonly cosignKey: Option<string | undefined>;
  readonly keepImages: Option<number | undefined>;
  readonly logLevel: Option<LogLevel>;
  readonly logFormat: Option<LogFormat>;
  readonly noColor: Option<boolean>;
  readonly forceColor: Option<boolean | undefined>;
  readonly term: Option<string | undefined>;
}

/** Everything that the environment can say. */
export const options: Options = {
  owner: {
    env: 'OWNER',
    default: 'none',
    about:
      'Whose images may be announced: the first part of the repository’s name, several with commas; `library` for official images, `*` for everybody’s.',
    schema: v.pipe(
      list,
      v.transform(names => names.map(name => name.toLowerCase())),
      v.check(names => !names.some(name => name.includes('/')), 'has a “/”: only the part before it is the owner'),
    ),
  },
  hookSecret: {
    env: 'HOOK_SECRET',
    default: 'none',
    about:
      'With it only `POST /hooks/docker-hub/<secret>` is served, not `POST /`. Then `OWNER` may be left out, and everybody’s images are accepted. Under 16 characters the start warns.',
    isSecret: true,
    schema: text,
  },
  receiverNames: {
    env: 'GOPDATER_RECEIVERS',
    default: 'none',
    about:
      'Names of further receivers, `POST /hooks/NAME`, with commas: each is set up by variables of its own, `GOPDATER_RECEIVER_<NAME>_…` below.',
    schema: list,
  },
  registryAliases: {
    env: 'GOPDATER_REGISTRY_ALIASES',
    default: 'none has two names',
    about:
      'Names of one registry, `registry:5000=registry.example.com`, several with commas: a hook with the one means services with the other.',
    schema: list,
  },
  composeFiles: {
    env: 'GOPDATER_COMPOSE_FILE',
    default: 'the compose file of the working directory, else the projects that run',
    about:
      'The compose files of the projects to watch, with commas between the projects. The files of one project have colons between them: `a.yml:b.yml,c.yml` is two projects.',
    schema: list,
  },
  host: {
    env: 'HOST',
    default: '0.0.0.0',
    about: 'The address to listen on.',
    schema: v.optional(v.string(), '0.0.0.0'),
  },
  port: {
    env: 'PORT',
    default: '8000',
    about: 'The port to listen on; 0 for any that is free.',
    schema: v.pipe(
      v.optional(v.string(), '8000'),
      v.regex(/^\d{1,5}$/, 'is no port'),
      v.transform(Number),
      v.maxValue(65_535, 'is no port'),
    ),
  },
  publicUrl: {
    env: 'GOPDATER_PUBLIC_URL',
    default: '`http://HOST:PORT`, for you to complete',
    about:
      'Where registries reach this server, e.g. `https://ops.example.com`: what `gopdater hook url` prints before the path.',
    schema: v.optional(
      v.pipe(v.string(), v.url('is no URL'), v.regex(/^https?:\/\/[^?#]+$/, 'is no http URL without a query')),
    ),
  },
  dockerHubCallback: {
    env: 'GOPDATER_DOCKER_HUB_CALLBACK',
    default: 'false',
    about:
      '`true`: Docker Hub is told what became of its deliveries, at their `callback_url`. A legacy field: Docker Hub supports it no longer.',
    schema: v.pipe(
      v.optional(v.picklist(['true', 'false'], 'is neither true nor false'), 'false'),
      v.transform(value => value === 'true'),
    ),
  },
  tlsCert: {
    env: 'GOPDATER_TLS_CERT',
    default: 'plain HTTP',
    about:
      'The certificate to serve HTTPS with, PEM, its chain included; read at the start. `GOPDATER_TLS_CERT_FILE` names a file.',
    isSecret: true,
    schema: text,
  },
  tlsKey: {
    env: 'GOPDATER_TLS_KEY',
    default: 'none',
    about: 'Its key, PEM. `GOPDATER_TLS_KEY_FILE` names a file.',
    isSecret: true,
    schema: text,
  },
  trustedProxies: {
    env: 'GOPDATER_TRUSTED_PROXIES',
    default: 'none',
    about:
      'Proxies whose `X-Forwarded-For` says who the client is: addresses, ranges (`10.0.0.0/8`), `loopback`, `uniquelocal`; several with commas.',
    schema: list,
  },
  rateLimit: {
    env: 'GOPDATER_RATE_LIMIT',
    default: '600',
    about:
      'How many requests an address (of IPv6 a /64) may make in a minute, `GET` and `HEAD` aside; 0: as many as it likes.',
    schema: number({ max: 1_000_000, words: 'is no number of requests' }),
  },
  mergeQuiet: {
    env: 'GOPDATER_MERGE_QUIET',
    default: '2s',
    about:
      'So long nothing more must come for an image before its rollout begins: a registry tells of one push several times.',
    schema: duration,
  },
  mergeMax: {
    env: 'GOPDATER_MERGE_MAX',
    default: '10s',
    about: 'So long it is waited for that at most.',
    schema: duration,
  },
  checkAtStart: {
    env: 'GOPDATER_CHECK_AT_START',
    default: 'true',
    about:
      '`false`: not every watched tag is looked at when the server starts. Hooks that came while it was away are lost then.',
    schema: v.pipe(
      v.optional(v.picklist(['true', 'false'], 'is neither true nor false'), 'true'),
      v.transform(value => value === 'true'),
    ),
  },
  poll: {
    env: 'GOPDATER_POLL',
    default: '`0s`, never: a hook tells',
    about:
      'How often registries are asked for each watched tag, besides hooks; 10s at least. As the label `gopdater.poll`.',
    schema: duration,
  },
  engineHost: {
    env: 'DOCKER_HOST',
    default: 'unix:///var/run/docker.sock',
    about: 'Where the Docker engine listens: `unix:///path` or `tcp://host:port`.',
    schema: v.optional(v.string(), 'unix:///var/run/docker.sock'),
  },
  engineTls: {
    env: 'DOCKER_TLS_VERIFY',
    default: 'no TLS',
    about: 'Any value: speak TLS to the engine, with `ca.pem`, `cert.pem` and `key.pem` from `DOCKER_CERT_PATH`.',
    schema: flag,
  },
  engineCertificates: {
    env: 'DOCKER_CERT_PATH',
    default: '~/.docker',
    about: 'The folder of the certificates for `DOCKER_TLS_VERIFY`.',
    schema: text,
  },
  dockerConfig: {
    env: 'DOCKER_CONFIG',
    default: '~/.docker',
    about:
      'The folder of the `config.json` that `docker login` wrote: its `auths`, `credHelpers` and `credsStore` are used for registries, read again each time. In a container mount the folder: a file that is mounted alone stays the old one after the next login.',
    schema: text,
  },
  registryMirror: {
    env: 'REGISTRY_MIRROR',
    default: 'Docker Hub itself',
    about: 'Asked instead of Docker Hub, e.g. `http://10.0.0.5:5000`; the engine needs the same as `registry-mirrors`.',
    schema: v.optional(v.pipe(v.string(), v.url('is no URL'), v.regex(/^https?:/, 'is no http URL'))),
  },
  insecureRegistries: {
    env: 'INSECURE_REGISTRIES',
    default: 'only those on the loopback interface',
    about: 'Registries spoken to without TLS, `host:port`, several with commas; the engine needs the same.',
    schema: list,
  },
  data: {
    env: 'GOPDATER_DATA',
    default: '`~/.local/state/gopdater`; `/data` in the image',
    about:
      'The folder of `gopdater.db`, an SQLite file: accepted deliveries, unfinished moves, blocked digests and the history.',
    schema: text,
  },
  order: {
    env: 'GOPDATER_ORDER',
    default: 'stop-first',
    about:
      '`stop-first` or `start-first`: which container of a service goes first, where neither its label `gopdater.order` nor `deploy.update_config.order` says.',
    schema: oneOf('stop-first', 'start-first'),
  },
  parallelism: {
    env: 'GOPDATER_PARALLELISM',
    default: '1',
    about: 'How many replicas of a service are moved at a time; 0: all. As `deploy.update_config.parallelism`.',
    schema: number({ max: 9_999, words: 'is no number of replicas' }),
  },
  delay: {
    env: 'GOPDATER_DELAY',
    default: '0s',
    about: 'The time between them. As `deploy.update_config.delay`.',
    schema: duration,
  },
  monitor: {
    env: 'GOPDATER_MONITOR',
    default: '5s without a health check, else until it is healthy',
    about:
      'How long a new container must stay good, from when it is healthy, or has started without a health check. As `deploy.update_config.monitor`.',
    schema: duration,
  },
  healthTimeout: {
    env: 'GOPDATER_HEALTH_TIMEOUT',
    default: '10m',
    about:
      'When a health check or a probe that has not decided is given up; hooks of a service (`post_start`, `pre_stop`) may take as long. As the label `gopdater.health_timeout`.',
    schema: duration,
  },
  failureAction: {
    env: 'GOPDATER_FAILURE_ACTION',
    default: 'rollback',
    about: '`rollback`, `pause` or `continue`: what follows a failure. As `deploy.update_config.failure_action`.',
    schema: oneOf('rollback', 'pause', 'continue'),
  },
  maxFailureRatio: {
    env: 'GOPDATER_MAX_FAILURE_RATIO',
    default: '0',
    about: 'Which share of the replicas may fail, from 0 to 1. As `deploy.update_config.max_failure_ratio`.',
    schema: number({ max: 1, words: 'is no share from 0 to 1' }),
  },
  rollbackScope: {
    env: 'GOPDATER_ROLLBACK_SCOPE',
    default: 'push',
    about:
      'What goes back when a service fails: `push`, all services that this push has moved, or `service`, that one.',
    schema: oneOf('push', 'service'),
  },
  fallback: {
    env: 'GOPDATER_FALLBACK',
    default: 'stop-first',
    about:
      'What is done where start-first is asked for and cannot be had: `stop-first` with a warning, or `refuse`. As the label `gopdater.fallback`.',
    schema: oneOf('stop-first', 'refuse'),
  },
  drift: {
    env: 'GOPDATER_DRIFT',
    default: 'refuse',
    about:
      'What is done where the files say something else than what runs: `refuse`, or `proceed` and bring it along. As the label `gopdater.drift`.',
    schema: oneOf('refuse', 'proceed'),
  },
  cooldown: {
    env: 'GOPDATER_COOLDOWN',
    default: '`0s`, none',
    about:
      'How long an image must have been seen before services move to it, e.g. `3d`. As the label `gopdater.cooldown`.',
    schema: duration,
  },
  window: {
    env: 'GOPDATER_WINDOW',
    default: 'always',
    about:
      'When services may be moved, e.g. `Mon-Fri 02:00-04:00 Europe/Berlin`; several with `;` between them. What comes at another time waits. As the label `gopdater.window`.',
    schema: text,
  },
  timeZone: {
    env: 'TZ',
    default: 'UTC',
    about: 'The time zone of windows that name none, by its IANA name.',
    schema: v.optional(v.pipe(v.string(), v.check(isTimeZone, 'is no time zone')), 'UTC'),
  },
  cosignKey: {
    env: 'GOPDATER_COSIGN_KEY',
    default: 'none, and nothing need be signed',
    about:
      'Public keys of cosign in PEM, one after the other: services move only to images that one of them signed. `GOPDATER_COSIGN_KEY_FILE` names a file. The label `gopdater.signature: off` takes a service out.',
    isSecret: true,
    schema: text,
  },
  keepImages: {
    env: 'GOPDATER_KEEP_IMAGES',
    default: '3',
    about: 'How many old images of each repository are kept under `gopdater.kept/…`, safe from a prune; 0: none.',
    schema: number({ max: 999, words: 'is no number of images' }),
  },
  logLevel: {
    env: 'LOG_LEVEL',
    default: 'info',
    about: '`error`, `warn`, `info` or `debug`.',
    schema: v.optional(v.picklist(['error', 'warn', 'info', 'debug'], 'is no level'), 'info'),
  },
  logFormat: {
    env: 'LOG_FORMAT',
    default: 'text',
    about:
      '`text` for people, `json` for programs. On a terminal `text` shows a rollout’s steps as they go, if `LOG_LEVEL` is `info` or `debug`.',
    schema: v.optional(v.picklist(['text', 'json'], 'is no format'), 'text'),
  },
  noColor: {
    env: 'NO_COLOR',
    default: 'colours on a terminal',
    about: 'Any value: no colours.',
    schema: flag,
  },
  forceColor: {
    env: 'FORCE_COLOR',
    default: 'colours on a terminal',
    about: 'Any value: colours in text that goes elsewhere, too; `0` or `false`: none. Wins over `NO_COLOR`.',
    schema: v.pipe(
      text,
      v.transform(value => (value === undefined ? undefined : value !== '0' && value !== 'false')),
    ),
  },
  term: {
    env: 'TERM',
    default: 'a terminal that can move its cursor',
    about: '`dumb`: a terminal that cannot; it gets plain lines.',
    schema: text,
  },
};
