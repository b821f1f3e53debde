import type { DeploymentReport, PullStep, RecreateStep, TagStep } from '@gopdater/core';

export const pull: PullStep = { kind: 'pull', cause: '', reference: 'docker.io/acme/web@sha256:1' };

export const tag: TagStep = { kind: 'tag', cause: '', source: pull.reference, target: 'docker.io/acme/web:latest' };

export const recreate: RecreateStep = {
  kind: 'recreate',
  hooksMs: 0,
  cause: '',
  project: {
    name: 'shop',
    projectDirectory: '/srv/shop',
    files: ['/srv/shop/compose.yml'],
    envFiles: [],
    profiles: [],
  },
  service: 'web',
  source: pull.reference,
  scale: undefined,
  graceMs: undefined,
};

export const report: DeploymentReport = {
  deliveryId: 'delivery-1',
  image: 'docker.io/acme/web:latest',
  digest: undefined,
  outcome: 'updated',
  services: [],
  warnings: ['the sky is blue.'],
  error: undefined,
  seconds: 6.4,
};
