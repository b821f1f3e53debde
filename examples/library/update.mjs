import * as gopdater from '@gopdater/core';

const environment = process.env;
const image = gopdater.parseReference('acme/web:latest');
const report = await gopdater.deploy(
  { deliveryId: 'by-hand', image },
  {
    projects: [{ files: ['compose.yml'], cwd: process.cwd(), environment }],
    engine: gopdater.createDockerodeEngine({ host: environment.DOCKER_HOST }),
    compose: gopdater.createDockerCompose({ environment }),
    registry: gopdater.createRegistry({ mirror: environment.REGISTRY_MIRROR }),
    clock: gopdater.systemClock,
  },
);
console.log(gopdater.formatReport(report));
