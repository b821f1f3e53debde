import { describe, expect, it } from 'vitest';
import { canonicalReference, familiarReference, parseImageName } from './name.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('an image name', () => {
  it.each([
    ['nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['docker.io/library/nginx', 'docker.io/library/nginx:latest', 'nginx:latest'],
    ['index.docker.io/acme/web:1', 'docker.io/acme/web:1', 'acme/web:1'],
    ['127.0.0.1:5000/acme/web', '127.0.0.1:5000/acme/web:latest', '127.0.0.1:5000/acme/web:latest'],
    ['localhost/web:2', 'localhost/web:2', 'localhost/web:2'],
    [`acme/web@${digest}`, `docker.io/acme/web@${digest}`, `acme/web@${digest}`],
    [`acme/web:1@${digest}`, `docker.io/acme/web@${digest}`, `acme/web@${digest}`],
  ])('%s is stored as %s and shown as %s', (text, canonical, familiar) => {
    const name = parseImageName(text);
    expect(canonicalReference(name)).toBe(canonical);
    expect(familiarReference(name)).toBe(familiar);
  });

  it.each(['', 'acme/WEB', 'acme/web:', 'acme//web', 'acme/web@sha256:1'])('is refused when it is %j', text => {
    expect(() => parseImageName(text)).toThrow(/invalid reference format/);
  });
});
