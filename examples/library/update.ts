import {
  createDockerCompose,
  createDockerodeEngine,
  createRegistry,
  deploy,
  formatReport,
  parseReference,
  systemClock,
} from '@gopdater/core';

const { PATH = '', HOME = '', DOCKER_HOST = 'unix:///var/run/docker.sock', REGISTRY_MIRROR } = process.env;
const environment = { PATH, HOME, DOCKER_HOST };
const projects = [{ files: ['compose.yml'], cwd: process.cwd(), environment }];
const engine = createDockerodeEngine({ host: DOCKER_HOST });
const compose = createDockerCompose({ environment });
const registry = createRegistry({ mirror: REGISTRY_MIRROR });
const event = { deliveryId: '1', receiver: 'by-hand', image: parseReference('acme/web:latest') };
const report = await deploy(event, { projects, engine, compose, registry, clock: systemClock });
console.log(formatReport(report));
