import { imageOf, type ScenarioRegistry } from '../src/conformance/scenario.ts';
import type { PushOptions } from '../src/index.ts';
import { ends, web } from '../src/scenario/programs.ts';

/** What somebody types: commands of `docker`, with a compose file beside. */
export interface CommandScenario {
  /** Also the project's. */
  readonly name: string;
  readonly images: Readonly<Record<string, PushOptions>>;
  readonly composeFile?: string;
  readonly steps: readonly CommandStep[];
  /** It needs the engine for itself. Services start and end their tasks side by side, so events are not recorded. */
  readonly isSwarm?: boolean;
}

/** The arguments of `docker`, or something that happens to the registry. */
export type CommandStep = string | ((registry: ScenarioRegistry) => void);

const shop = (name: string, more = ''): string => `
services:
  db:
    image: ${imageOf(`${name}/db:1`)}
    volumes: [data:/data]
  web:
    image: ${imageOf(`${name}/web:1`)}
    depends_on: [db]
    environment: { MODE: test }
    labels: { tier: front }
${more}
volumes:
  data:
`;
const images = (name: string): CommandScenario['images'] => ({
  [`${name}/db:1`]: { ...web, labels: { role: 'db' } },
  [`${name}/web:1`]: web,
});
const moveWeb =
  (name: string) =>
  ({ push }: ScenarioRegistry): void =>
    push(`${name}/web:1`, { ...web, version: 'two' });

const serviceFlags = '--update-monitor 200ms --rollback-monitor 200ms --restart-delay 60s';

export const commandScenarios: readonly CommandScenario[] = [
  {
    name: 'compose-up',
    images: images('compose-up'),
    composeFile: shop('compose-up'),
    steps: [
      'compose config --hash *',
      'compose pull',
      'compose up -d',
      'compose ps --format {{.Service}},{{.State}},{{.ExitCode}}',
      'compose ps --services',
      'compose images --quiet',
      'compose ls --filter name=compose-up',
      'compose up -d',
      'compose stop',
      'compose ps -a --format {{.Service}},{{.State}},{{.ExitCode}}',
      'compose start',
      'compose restart web',
      'compose pause web',
      'compose unpause web',
      'compose kill web',
      'compose rm -f web',
      'compose up -d',
      'compose down',
      'compose down -v',
      'compose ps -q',
    ],
  },
  {
    name: 'compose-no-deps',
    images: images('compose-no-deps'),
    composeFile: shop('compose-no-deps'),
    steps: [
      'compose up -d',
      moveWeb('compose-no-deps'),
      'compose up -d --no-deps web',
      'compose pull web',
      'compose up -d --no-deps web',
      'ps --format {{.Names}} --filter label=com.docker.compose.project=compose-no-deps',
      'compose up -d',
      'compose up -d --force-recreate --no-deps web',
      'compose up -d --pull always web',
    ],
  },
  {
    name: 'compose-scale',
    images: images('compose-scale'),
    composeFile: shop('compose-scale'),
    steps: [
      'compose up -d',
      moveWeb('compose-scale'),
      'compose pull web',
      'compose up -d --no-deps --no-recreate --scale web=2 web',
      'ps --format {{.Names}} --filter label=com.docker.compose.project=compose-scale',
      'compose up -d --no-deps --scale web=1 web',
      'ps --format {{.Names}} --filter label=com.docker.compose.project=compose-scale',
      'compose up -d --scale web=3',
      'compose up -d --scale web=0',
    ],
  },
  {
    name: 'compose-start',
    images: images('compose-start'),
    composeFile: shop('compose-start'),
    steps: [
      'compose up --no-start',
      'compose ps -a --format {{.Service}},{{.State}}',
      'compose start web',
      'compose create',
      'compose up -d --no-deps --no-start web',
    ],
  },
  {
    name: 'compose-healthy',
    images: images('compose-healthy'),
    composeFile: `
services:
  db:
    image: ${imageOf('compose-healthy/db:1')}
    healthcheck: { test: [CMD, /bin/true], interval: 1h, start_period: 1h, start_interval: 300ms }
  web:
    image: ${imageOf('compose-healthy/web:1')}
    depends_on: { db: { condition: service_healthy } }
`,
    steps: [
      'compose up -d',
      'compose ps --format {{.Service}},{{.State}},{{.Health}}',
      'compose up -d --wait',
      'compose down',
    ],
  },
  {
    name: 'compose-unhealthy',
    images: images('compose-unhealthy'),
    composeFile: `
services:
  db:
    image: ${imageOf('compose-unhealthy/db:1')}
    healthcheck: { test: [CMD, /bin/false], interval: 300ms, retries: 2 }
  web:
    image: ${imageOf('compose-unhealthy/web:1')}
    depends_on: { db: { condition: service_healthy } }
`,
    steps: ['compose up -d', 'compose ps -a --format {{.Service}},{{.State}},{{.Health}}', 'compose up -d --wait db'],
  },
  {
    name: 'compose-wait',
    images: { ...images('compose-wait'), 'compose-wait/crash:1': ends(3) },
    composeFile: `
services:
  db:
    image: ${imageOf('compose-wait/db:1')}
    healthcheck: { test: [CMD, /bin/false], interval: 1h }
  job:
    image: ${imageOf('compose-wait/crash:1')}
  web:
    image: ${imageOf('compose-wait/web:1')}
    depends_on: { job: { condition: service_completed_successfully } }
`,
    steps: ['compose up -d --wait --wait-timeout 1 db', 'compose up -d --wait job', 'compose up -d web'],
  },
  {
    name: 'compose-pull',
    images: images('compose-pull'),
    composeFile: `
services:
  db:
    image: ${imageOf('compose-pull/db:1')}
  web:
    image: ${imageOf('compose-pull/none:1')}
`,
    steps: [
      'compose pull db',
      'compose pull web',
      // Without it, what is pulled beside the one that fails may be interrupted, or not.
      'compose pull --ignore-pull-failures',
      'compose up -d db',
      'compose up -d web',
      'compose pull db',
    ],
  },
  {
    name: 'compose-orphans',
    images: images('compose-orphans'),
    composeFile: shop(
      'compose-orphans',
      `  extra:\n    image: ${imageOf('compose-orphans/web:1')}\n    profiles: [more]`,
    ),
    steps: [
      'compose --profile more up -d',
      'compose up -d',
      'compose up -d --remove-orphans',
      'compose run -d --name compose-orphans.run web /bin/true',
      'wait compose-orphans.run',
      'compose down --remove-orphans -v',
    ],
  },
  {
    name: 'compose-exec',
    images: images('compose-exec'),
    composeFile: shop('compose-exec'),
    steps: [
      'compose up -d',
      'compose exec -T web /bin/echo hello',
      'compose exec -T web /bin/sh -c exit\\ 3',
      'compose run --rm -T web /bin/echo hello',
      'compose logs --no-log-prefix web',
      'compose top db',
    ],
  },
  {
    name: 'compose-cp',
    images: images('compose-cp'),
    composeFile: shop('compose-cp'),
    steps: [
      'compose up -d',
      'compose cp compose.yml web:/tmp/copied',
      'compose exec -T web /bin/wc -l /tmp/copied',
      'compose cp web:/tmp/copied copied.yml',
      'compose cp web:/tmp/none copied.yml',
      'compose cp none:/tmp/copied copied.yml',
      'cp compose-cp-web-1:/tmp/copied copied-again.yml',
      'cp copied-again.yml compose-cp-db-1:/tmp/none/copied',
    ],
  },
  {
    name: 'compose-networks',
    images: images('compose-networks'),
    composeFile: `
services:
  db:
    image: ${imageOf('compose-networks/db:1')}
    networks: { back: { aliases: [store] } }
  web:
    image: ${imageOf('compose-networks/web:1')}
    ports: ["127.0.0.1:18201:80"]
    networks: [front, back]
networks:
  front:
  back: { internal: true }
`,
    steps: [
      'compose up -d',
      'compose port web 80',
      'network ls --filter label=com.docker.compose.project=compose-networks --format {{.Name}},{{.Driver}}',
      'compose rm -sf web',
      'compose up -d web',
      'compose down',
    ],
  },
  {
    name: 'run',
    images: { 'run/web:1': web, 'run/crash:1': ends(3) },
    steps: [
      `run -d --name run.web ${imageOf('run/web:1')}`,
      `run -d --name run.web ${imageOf('run/web:1')}`,
      `run --name run.crash ${imageOf('run/crash:1')}`,
      `run --rm --name run.gone ${imageOf('run/crash:1')}`,
      `run --rm --name run.never ${imageOf('run/none:1')}`,
      'inspect --format {{.State.Status}},{{.State.ExitCode}} run.web run.crash run.none',
      'port run.web',
      'rename run.web run.new',
      'stop run.new run.none',
      'start run.new',
      'kill run.new',
      'wait run.new',
      'rm run.new run.none',
      'rm run.crash',
    ],
  },
  {
    name: 'images-and-volumes',
    images: { 'images-and-volumes/web:1': web },
    steps: [
      `pull ${imageOf('images-and-volumes/web:1')}`,
      `pull -q ${imageOf('images-and-volumes/none:1')}`,
      `tag ${imageOf('images-and-volumes/web:1')} images-and-volumes/other:2`,
      'images images-and-volumes/other --format {{.Repository}}:{{.Tag}}',
      'rmi images-and-volumes/other:2 images-and-volumes/none',
      `history --format {{.CreatedBy}} ${imageOf('images-and-volumes/web:1')}`,
      'volume create images-and-volumes.data',
      'volume ls --filter name=images-and-volumes.data --format {{.Name}}',
      'volume rm images-and-volumes.data images-and-volumes.none',
      'network create images-and-volumes.net',
      'network create images-and-volumes.net',
      'network rm images-and-volumes.net images-and-volumes.none',
    ],
  },
  {
    name: 'service',
    isSwarm: true,
    images: { 'service/web:1': web, 'service/web:2': { ...web, version: 'two' }, 'service/bad:1': ends(1) },
    steps: [
      'swarm init --advertise-addr 127.0.0.1',
      `service create --quiet --detach=false --name web --replicas 2 ${serviceFlags} ${imageOf('service/web:1')}`,
      'service ls --format {{.Name}},{{.Mode}},{{.Replicas}},{{.Image}}',
      'service ps --format {{.Name}},{{.Image}},{{.DesiredState}},{{.Error}} web',
      `service update --quiet --detach=false --image ${imageOf('service/web:2')} web`,
      'service ps --filter desired-state=running --format {{.Name}},{{.Image}},{{.DesiredState}},{{.Error}} web',
      'service inspect --format {{.UpdateStatus.State}},{{.UpdateStatus.Message}} web',
      'service rollback --quiet --detach=false web',
      'service inspect --format {{.UpdateStatus.State}},{{.UpdateStatus.Message}} web',
      'service ps --filter desired-state=running --format {{.Name}},{{.Image}},{{.DesiredState}},{{.Error}} web',
      `service update --quiet --detach=false --restart-delay 1s --update-monitor 1m --update-failure-action rollback --image ${imageOf('service/bad:1')} web`,
      'service inspect --format {{.UpdateStatus.State}} web',
      'service scale --detach web=1',
      'service ls --format {{.Name}},{{.Mode}}',
      'service update --detach none',
      'service rm web none',
      'service ls --quiet',
      'swarm leave',
      'swarm leave --force',
    ],
  },
  {
    name: 'stack',
    isSwarm: true,
    images: { 'stack/web:1': web },
    composeFile: `
services:
  web:
    image: ${imageOf('stack/web:1')}
    networks: [front]
    deploy:
      replicas: 2
      update_config: { monitor: 200ms, parallelism: 2 }
networks:
  front:
`,
    steps: [
      'swarm init --advertise-addr 127.0.0.1',
      'stack deploy --quiet --detach=false --compose-file compose.yml stack',
      'stack ls --format {{.Name}},{{.Services}}',
      'stack services --format {{.Name}},{{.Mode}},{{.Replicas}},{{.Image}} stack',
      'stack ps --format {{.Name}},{{.Image}},{{.DesiredState}},{{.Error}} stack',
      'stack deploy --quiet --detach=false --compose-file compose.yml stack',
      moveWeb('stack'),
      'stack deploy --quiet --detach=false --compose-file compose.yml stack',
      'stack ps --filter desired-state=running --format {{.Name}},{{.Image}},{{.DesiredState}} stack',
      // A network goes away only with the last task in it, which is not waited for.
      'service update --quiet --detach=false --replicas 0 stack_web',
      'stack rm stack',
      'stack ls --format {{.Name}}',
      'swarm leave --force',
    ],
  },
];
