#!/usr/bin/env node
import { main } from './main.ts';

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => stop.abort());

try {
  await main(process.argv.slice(2), {
    write: text => process.stdout.write(text),
    warn: text => process.stderr.write(text),
    signal: stop.signal,
  });
} catch (error) {
  process.stderr.write(`fake-docker: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
