import { systemClock } from '@gopdater/core';
import { type Command, InvalidArgumentError } from 'commander';
import { readConfig, serveOptions, withComposeFiles } from '../config.ts';
import { readCaptured } from '../hook/captured-request.ts';
import { type ExplainedStep, type Explanation, explainDelivery } from '../hook/explain-delivery.ts';
import { findEntrance } from '../hook/find-entrance.ts';
import { createWatchedServices } from '../hook/watched-services.ts';
import { createFetchText } from '../http/fetch-text.ts';
import { createParts } from '../parts.ts';
import { entrancesOf } from '../receivers/entrances.ts';
import { type CliContext, collect } from './context.ts';
import { hookExitCodes, hookExitHelp } from './exit-codes.ts';
import { readInput } from './read-input.ts';

interface VerifyFlags {
  readonly now?: number;
  readonly composeFile?: readonly string[];
  readonly json?: boolean;
}

export function addHookVerify(hook: Command, context: CliContext): void {
  hook
    .command('verify')
    .argument('<NAME>', 'the receiver')
    .argument('[FILE]', 'a captured request, raw HTTP or JSON {method, path, headers, body} (default: standard input)')
    .description(
      'Explain step by step why a captured delivery is refused, or what it means. Sends and changes nothing.',
    )
    .option('--now <TIME>', 'as of then: ISO 8601, or seconds since 1970', parseTime)
    .option('--compose-file <FILE>', 'a project, each time given, as in “serve”', collect)
    .option('--json', 'as JSON')
    .addHelpText('after', hookExitHelp)
    .action(async (name: string, file: string | undefined, { now, composeFile, json }: VerifyFlags) => {
      const config = withComposeFiles(readConfig(context.environment), composeFile);
      const entrances = entrancesOf(serveOptions(config));
      const entrance = findEntrance(entrances, name);
      const captured = readCaptured(await readInput(file, context));
      const parts = await createParts(config, context);
      const explanation = await explainDelivery(captured, entrance, {
        ...{ entrances, now: now ?? systemClock.now() },
        fetchText: createFetchText({ clock: systemClock }),
        services: createWatchedServices(parts, config.registryAliases),
      });
      context.print(json ? JSON.stringify(explanation, null, 2) : asText(explanation));
      if (explanation.verdict !== 'accepted') context.fail(hookExitCodes[explanation.verdict]);
    });
}

function asText({ steps, verdict, status }: Explanation): string {
  return [
    ...steps.map(({ kind, text }) => `${marks[kind]} ${text}`),
    `${verdicts[verdict]} Its sender gets ${status}.`,
  ].join('\n');
}

const marks: Readonly<Record<ExplainedStep['kind'], string>> = { ok: '✓', wrong: '✗', note: '·' };
const verdicts: Readonly<Record<Explanation['verdict'], string>> = {
  accepted: 'It is taken.',
  unused: 'It is in order, and nothing is done.',
  refused: 'It is refused.',
};

function parseTime(text: string): number {
  const time = /^\d{1,12}$/.test(text) ? Number(text) * 1000 : Date.parse(text);
  if (Number.isNaN(time))
    throw new InvalidArgumentError('It must be a time as 2026-01-01T00:00:00Z, or seconds since 1970.');
  return time;
}
