import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ownContainerId } from './own-container.ts';

const mountInfo = (text: string) => {
  const directory = mkdtempSync(join(tmpdir(), 'mounts-'));
  try {
    writeFileSync(join(directory, 'mountinfo'), text);
    return ownContainerId(join(directory, 'mountinfo'));
  } finally {
    rmSync(directory, { recursive: true });
  }
};

test('the container’s id stands in its mounts', () => {
  const id = '1f'.repeat(32);
  const line = `612 594 8:1 /var/lib/docker/containers/${id}/hostname /etc/hostname rw,relatime - ext4 /dev/sda1 rw\n`;
  expect(mountInfo(`590 1 0:1 / / rw - overlay overlay rw\n${line}`)).toBe(id);
});

test('outside of a container there is none', () => {
  expect(mountInfo('22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw\n')).toBeUndefined();
  expect(ownContainerId('/no/such/file')).toBeUndefined();
});
