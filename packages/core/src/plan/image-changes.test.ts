import { expect, test } from 'vitest';
import type { Image } from '../docker/engine.ts';
import { describeChanges } from './image-changes.ts';

const image = (config: Partial<Image['config']> = {}, labels: Image['labels'] = {}): Image => ({
  id: 'sha256:1',
  tags: [],
  digests: [],
  repositoryDigests: [],
  labels,
  config: {
    platform: 'linux/amd64',
    created: '2026-01-01T00:00:00Z',
    environment: ['PATH=/bin', 'TOKEN=secret'],
    entrypoint: [],
    command: ['serve'],
    user: '',
    exposedPorts: ['80/tcp'],
    volumes: [],
    ...config,
  },
});

test('says what differs between two images, and no value of a variable', () => {
  const to = image(
    {
      created: '2026-01-04T00:00:00Z',
      environment: ['PATH=/usr/bin', 'LEVEL=debug'],
      command: ['serve', '--fast'],
      user: '1000',
      exposedPorts: ['8080/tcp'],
      volumes: ['/data'],
    },
    { 'org.opencontainers.image.version': 'v2', other: 'label' },
  );
  const changes = describeChanges(image({}, { 'org.opencontainers.image.version': 'v1' }), to);
  expect(changes).toEqual([
    'environment: +LEVEL, -TOKEN.',
    'environment: other values of PATH.',
    'command: “serve” → “serve --fast”.',
    'user: none → “1000”.',
    'exposed ports: +8080/tcp, -80/tcp.',
    'volumes: +/data.',
    'org.opencontainers.image.version: “v1” → “v2”.',
    'made 3 days after the one that runs.',
  ]);
});

test('says nothing of two that are the same', () => {
  expect(describeChanges(image(), image())).toEqual([]);
});
