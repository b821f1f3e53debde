import * as gopdater from '@gopdater/core';

const environment = process.env;
const projects = [{ files: ['compose.yml'], cwd: process.cwd(), environment }];
const engine = gopdater.createDockerodeEngine({ host: environment.DOCKER_HOST });
const compose = gopdater.createDockerCompose({ environment });
const registry = gopdater.createRegistry({ mirror: environment.REGISTRY_MIRROR });
const event = { deliveryId: 'by-hand', image: gopdater.parseReference('acme/web:latest') };
const report = await gopdater.deploy(event, { projects, engine, compose, registry, clock: gopdater.systemClock });
console.log(gopdater.formatReport(report));
