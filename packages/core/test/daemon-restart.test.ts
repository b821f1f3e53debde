import { describe, expect, test } from 'vitest';
import { createWorld, deploy, pushed } from './world.ts';

describe.each(['stop-first', 'start-first'])('a daemon that restarts while a %s roll waits for health', order => {
  test.each(['no', 'unless-stopped'])('does not make a good version bad, with restart: %s', async restart => {
    const file = `name: shop\nservices:\n  web:\n    image: acme/web\n    restart: "${restart}"\n    deploy:\n      update_config: { order: ${order} }\n`;
    await using world = await createWorld({ file });
    const v2 = world.registry.push('acme/web:latest', { version: 'v2' });
    const fault = world.docker.faults.next('inspectContainer', { restart: { awayMs: 5_000 } }, { skip: 1 });
    const report = await deploy(pushed(), world.dependencies);
    expect(fault.reached).toBe(1);
    expect(report.outcome).toBe('updated');
    expect(world.docker.containers().map(({ status, imageId }) => [status, imageId])).toEqual([['running', v2.id]]);
  });
});
