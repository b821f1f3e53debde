import { randomUUID } from 'node:crypto';
import { GopdaterError, sign, systemClock } from '@gopdater/core';
import type { Command } from 'commander';
import { readConfig, serveOptions } from '../config.ts';
import { findEntrance } from '../hook/find-entrance.ts';
import { hookUrls, loopbackBase } from '../hook/hook-url.ts';
import { harmlessImage, type SampleToSend, sampleOfFile, sampleOfImage } from '../hook/sample-to-send.ts';
import { type SendAnswer, sendDelivery } from '../hook/send-delivery.ts';
import { whatInstead } from '../hook/what-instead.ts';
import { type Entrance, entrancesOf } from '../receivers/entrances.ts';
import { type CliContext, parseTag } from './context.ts';
import { hookExitCodes, hookExitHelp } from './exit-codes.ts';
import { readInput } from './read-input.ts';

interface SendFlags {
  readonly to?: string;
  readonly sample?: string;
  readonly json?: boolean;
}

export function addHookSend(hook: Command, context: CliContext): void {
  hook
    .command('send')
    .argument('<NAME>', 'the receiver')
    .argument(
      '[IMAGE]',
      'what the delivery announces (default: an image that no service uses, so that nothing is done)',
    )
    .description('Send a sample delivery to the running server, in the sender’s form and with its signature.')
    .option('--to <URL>', 'the server (default: that of this machine, at PORT)')
    .option('--sample <FILE>', 'send this body, or this captured request, signed anew; “-”: from standard input')
    .option('--json', 'as JSON')
    .addHelpText('after', `${hookExitHelp}\nWithout an image, 0 stands for the third, too.`)
    .action(async (name: string, image: string | undefined, { to, sample: file, json }: SendFlags) => {
      const config = readConfig(context.environment);
      const entrance = findEntrance(entrancesOf(serveOptions(config)), name);
      const base = to === undefined ? loopbackBase(config) : readBase(to);
      const names = { id: `gopdater-${randomUUID()}`, now: systemClock.now() };
      const sample = await chooseSample(entrance, { image, file, names, context });
      const proof = prove(entrance, sample, names);
      const [url = ''] = hookUrls(entrance, base);
      const [shownUrl = ''] = hookUrls(entrance, base, { hidesSecret: true });
      const headers = { 'user-agent': 'gopdater', ...sample.headers, ...proof.headers };
      const answer = await sendDelivery({ url, shownUrl, headers, body: sample.body });
      const outcome = outcomeOf(answer);
      const report = { url: shownUrl, sent: sample.what, proof: proof.how, outcome, status: answer.status };
      context.print(json ? JSON.stringify({ ...report, answer: answer.text }, null, 2) : asText(report, answer));
      const isWanted = outcome === 'accepted' || (outcome === 'unused' && image === undefined && file === undefined);
      if (!isWanted) context.fail(hookExitCodes[outcome]);
    });
}

async function chooseSample(
  { receiver }: Entrance,
  {
    image,
    file,
    names,
    context,
  }: {
    readonly image: string | undefined;
    readonly file: string | undefined;
    readonly names: Parameters<typeof sampleOfImage>[2];
    readonly context: CliContext;
  },
): Promise<SampleToSend> {
  if (file === undefined) {
    return sampleOfImage(image === undefined ? harmlessImage(receiver) : parseTag(image), receiver, names);
  }
  if (image === undefined) return sampleOfFile(await readInput(file, context), receiver, names);
  throw new GopdaterError('CONFIG_INVALID', 'Both an image and --sample are given.', { hint: 'Keep one of them.' });
}

function prove(entrance: Entrance, sample: SampleToSend, names: { readonly id: string; readonly now: number }) {
  if (entrance.isOpen) return { headers: {}, how: 'nothing, as nothing is asked for' };
  const { authentication } = entrance.receiver;
  const proof = sign({ ...names, ...sample }, authentication);
  if (proof.kind === 'proof') return proof;
  throw new GopdaterError(
    'SAMPLE_IMPOSSIBLE',
    `No delivery for ${entrance.name} can be signed here: ${proof.reason}.`,
    {
      hint: whatInstead(authentication, sample.body.toString('utf8')),
    },
  );
}

function readBase(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url.origin + url.pathname.replace(/\/+$/, '');
  throw new GopdaterError('CONFIG_INVALID', `--to “${text}” is no http URL.`, {
    hint: 'Write it as http://127.0.0.1:8000.',
  });
}

function outcomeOf({ status, text }: SendAnswer): 'accepted' | 'refused' | 'unused' {
  if (status < 200 || status > 299) return 'refused';
  return status === 202 || text.includes('"outcome":"pong"') ? 'accepted' : 'unused';
}

function asText(
  { url, sent, proof }: { readonly url: string; readonly sent: string; readonly proof: string },
  { status, text }: SendAnswer,
): string {
  const lines = [`POST ${url}: ${sent}, proved by ${proof}.`, `${status} ${text}`.trimEnd()];
  const hint = hints[status];
  return (hint === undefined ? lines : [...lines, hint]).join('\n');
}

const hints: Readonly<Record<number, string>> = {
  401: 'The server has another secret, or no such receiver: its log says which. Was it started with these variables?',
  404: 'The server takes no hooks at this path: its log says where it does.',
};
