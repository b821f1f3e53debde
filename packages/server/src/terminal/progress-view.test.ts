import { formatReport, formatStep, type Step, type StepProgress } from '@gopdater/core';
import { describe, expect, test } from 'vitest';
import { createManualClock } from '../../test/manual-clock.ts';
import { createScreen, type Screen } from '../../test/screen.ts';
import { pull, recreate, report, tag } from '../../test/steps.ts';
import { readConfig } from '../config.ts';
import { createLogger, createSentenceLogger, type Logger } from '../log.ts';
import { createProgressView } from './progress-view.ts';
import { createTerminal } from './terminal.ts';

const steps: readonly Step[] = [pull, tag, recreate];
const mark = (sign: string, time: string, step: Step) => `${sign} ${time.padStart(8)}  ${formatStep(step)}`.trimEnd();
const below = (text: string) => `${' '.repeat(12)}${text}`;

describe('on a terminal', () => {
  function open({ columns = 120, rows = 24, environment = {} } = {}) {
    const screen = createScreen({ columns, rows });
    const config = readConfig({ NO_COLOR: '1', ...environment });
    const clock = createManualClock();
    const terminal = createTerminal(screen.stream, config);
    const log = createLogger(config, { terminal });
    return { screen, clock, terminal, log, view: createProgressView({ terminal, log, clock }) };
  }
  const frame = async (screen: Screen) => (await screen.text()).map(line => line.replace(/^\[[-\d: ]+\] /, ''));

  test('each step has a line, its seconds go on, and what it said last stands below', async () => {
    const { screen, clock, view } = open();
    view.onPlan({ steps });
    expect(await frame(screen)).toEqual(steps.map(step => mark('○', '', step)));

    view.onStep({ step: pull, state: 'started' });
    expect(await frame(screen)).toEqual([mark('●', '0.0 s', pull), mark('○', '', tag), mark('○', '', recreate)]);
    await clock.advance(2_300);
    expect(await frame(screen)).toContain(mark('●', '2.3 s', pull));
    view.onStep({ step: pull, state: 'done' });
    view.onStep({ step: tag, state: 'started' });
    view.onStep({ step: tag, state: 'done' });
    view.onStep({ step: recreate, state: 'started' });
    view.onStep({ step: recreate, state: 'running', line: ' Container shop-web-1  Recreate' });
    view.onStep({ step: recreate, state: 'running', line: ' Container shop-web-1  Recreated' });
    await clock.advance(120_000);
    expect(await frame(screen)).toEqual([
      mark('✔', '2.3 s', pull),
      mark('✔', '0.0 s', tag),
      mark('●', '120 s', recreate),
      below('Container shop-web-1  Recreated'),
    ]);

    view.onStep({ step: recreate, state: 'done' });
    view.done(report);
    const [headline, ...rest] = formatReport(report).split('\n');
    const end = [
      mark('✔', '2.3 s', pull),
      mark('✔', '0.0 s', tag),
      mark('✔', '120 s', recreate),
      `INFO: ${headline}`,
      ...rest.map(line => expect.stringContaining(line)),
    ];
    expect(await frame(screen)).toEqual(end);
    await clock.advance(10_000);
    expect(await frame(screen)).toEqual(end);
  });

  test('a pull has a bar, its bytes and its rate', async () => {
    const { screen, clock, view } = open();
    view.onPlan({ steps: [pull] });
    view.onStep({ step: pull, state: 'started' });
    const bytes = (current: number, total: number | undefined) =>
      view.onStep({ step: pull, state: 'running', progress: { current, total } });
    bytes(0, undefined);
    view.onStep({ step: pull, state: 'running', line: 'a: Downloading' });
    await clock.advance(1_000);
    bytes(2_000_000, undefined);
    await clock.advance(1_000);
    expect(await frame(screen)).toEqual([mark('●', '2.0 s', pull), below('2.0 MB, 1.0 MB/s'), below('a: Downloading')]);
    bytes(6_000_000, 20_000_000);
    await clock.advance(1_000);
    expect((await frame(screen))[1]).toBe(
      below(`${'█'.repeat(9)}${'░'.repeat(21)}  6.0 MB of 20.0 MB (30 %), 2.0 MB/s`),
    );
    bytes(20_000_000, 20_000_000);
    view.onStep({ step: pull, state: 'running', line: 'a: Extracting' });
    await clock.advance(100);
    expect(await frame(screen)).toEqual([
      mark('●', '3.1 s', pull),
      below(`${'█'.repeat(30)}  20.0 MB of 20.0 MB (100 %)`),
      below('a: Extracting'),
    ]);
    view.onStep({ step: pull, state: 'done' });
    expect(await frame(screen)).toEqual([`${mark('✔', '3.1 s', pull)} (20.0 MB)`]);
  });

  test('after a step that failed its undo has lines of its own, and what waited has none', async () => {
    const { screen, clock, view } = open();
    const back: Step = { ...tag, source: 'sha256:2' };
    view.onPlan({ steps: [tag, recreate, { ...recreate, service: 'api' }] });
    view.onStep({ step: tag, state: 'started' });
    view.onStep({ step: tag, state: 'done' });
    view.onStep({ step: recreate, state: 'started' });
    await clock.advance(1_500);
    view.onStep({ step: recreate, state: 'failed' });
    view.onStep({ step: back, state: 'started' });
    expect(await frame(screen)).toEqual([
      mark('✔', '0.0 s', tag),
      mark('✖', '1.5 s', recreate),
      mark('●', '0.0 s', back),
    ]);
  });

  test('log lines go above the steps', async () => {
    const { screen, view, log } = open();
    log.info({}, 'before');
    view.onStep({ step: tag, state: 'started' });
    log.warn({}, 'look out');
    log.debug({}, 'not wanted');
    expect(await frame(screen)).toEqual(['INFO: before', 'WARN: look out', mark('●', '0.0 s', tag)]);
    view.done({ ...report, outcome: 'superseded' });
    expect((await frame(screen)).at(-1)).toBe(mark('●', '0.0 s', tag));
  });

  test('an end without a report leaves the steps as they are', async () => {
    const { screen, clock, view } = open();
    view.onPlan({ steps: [tag, recreate] });
    view.onStep({ step: tag, state: 'started' });
    await clock.advance(1_000);
    view.end();
    view.end();
    await clock.advance(1_000);
    expect(await frame(screen)).toEqual([mark('●', '1.0 s', tag), mark('○', '', recreate)]);
    expect(screen.written()).toContain('\u001b[?25h');
  });

  test('a command that ends shows its report without a time', async () => {
    const { screen, clock, terminal } = open();
    const view = createProgressView({ terminal, log: createSentenceLogger(terminal), clock });
    view.onStep({ step: tag, state: 'started' });
    view.onStep({ step: tag, state: 'running', line: 'for debugging' });
    view.onStep({ step: tag, state: 'done' });
    view.done(report);
    expect(await screen.text()).toEqual([mark('✔', '0.0 s', tag), ...formatReport(report).split('\n')]);
  });

  test('control codes in what a step says do not reach the terminal', async () => {
    const { screen, clock, view } = open();
    view.onStep({ step: recreate, state: 'started' });
    view.onStep({ step: recreate, state: 'running', line: '\u001b[2Jone\rtwo\tthree\u0007' });
    await clock.advance(100);
    expect((await frame(screen)).at(-1)).toBe(below('one two three'));
  });

  test('on a narrow terminal lines are cut off, never broken, and the seconds stay', async () => {
    const { screen, clock, view } = open({ columns: 24 });
    view.onPlan({ steps });
    view.onStep({ step: pull, state: 'started' });
    view.onStep({
      step: pull,
      state: 'running',
      progress: { current: 5_000, total: 10_000 },
      line: 'レイヤー: レイヤー',
    });
    await clock.advance(1_000);
    expect(await frame(screen)).toEqual([
      '●    1.0 s  pull docker…',
      '            5.0 kB of 1…',
      '            レイヤー: …',
      '○           tag docker.…',
      '○           recreate sh…',
    ]);
  });

  test('on a low terminal the step that runs stays in sight, and in the end all are there', async () => {
    const { screen, view } = open({ rows: 8 });
    const many = Array.from({ length: 20 }, (_, index): Step => ({ ...tag, target: `acme/web:${index}` }));
    view.onPlan({ steps: many });
    for (const step of many.slice(0, 10)) {
      view.onStep({ step, state: 'started' });
      view.onStep({ step, state: 'done' });
    }
    const [running] = many.slice(10);
    if (running !== undefined) view.onStep({ step: running, state: 'started' });
    expect(await frame(screen)).toEqual([
      '… 8 more lines',
      ...many.slice(8, 10).map(step => mark('✔', '0.0 s', step)),
      ...many.slice(10, 11).map(step => mark('●', '0.0 s', step)),
      ...many.slice(11, 13).map(step => mark('○', '', step)),
      '… 7 more lines',
    ]);
    view.done(report);
    expect((await frame(screen)).slice(0, 20)).toEqual(
      many.map((step, index) =>
        index < 10 ? mark('✔', '0.0 s', step) : index === 10 ? mark('●', '0.0 s', step) : mark('○', '', step),
      ),
    );
  });

  test('there are colours, unless NO_COLOR says no', async () => {
    for (const [environment, hasColor] of [
      [{ NO_COLOR: '' }, true],
      [{ NO_COLOR: '1' }, false],
    ] as const) {
      const { screen, view, log } = open({ environment });
      log.info({}, 'begins');
      view.onStep({ step: pull, state: 'started' });
      view.onStep({ step: pull, state: 'done' });
      view.done(report);
      expect(/\[\d+m/.test(screen.written())).toBe(hasColor);
    }
  });
});

describe('without a terminal', () => {
  function open() {
    const lines: string[] = [];
    const write = (level: string) => (_: object, message: string) => lines.push(`${level}: ${message}`);
    const log: Logger = { error: write('error'), warn: write('warn'), info: write('info'), debug: write('debug') };
    const clock = createManualClock(1_000_000);
    return { lines, clock, view: createProgressView({ log, clock }) };
  }

  test('steps begin, what they say is for debugging, and the report is an error when something failed', () => {
    const { lines, view } = open();
    view.onPlan({ steps });
    view.onStep({ step: recreate, state: 'started' });
    view.onStep({ step: recreate, state: 'running', line: ' Container shop-web-1  Started' });
    view.onStep({ step: recreate, state: 'done' });
    view.done({ ...report, outcome: 'failed' });
    expect(lines).toEqual([
      `info: Begins: ${formatStep(recreate)}.`,
      'debug:  Container shop-web-1  Started',
      `error: ${formatReport(report)}`,
    ]);
  });

  /** Bytes every 100 ms. */
  async function pullFor(seconds: number, bytesAt: (share: number) => StepProgress['progress']) {
    const { lines, clock, view } = open();
    view.onStep({ step: pull, state: 'started' });
    for (let tick = 1; tick <= seconds * 10; tick += 1) {
      await clock.advance(100);
      view.onStep({ step: pull, state: 'running', progress: bytesAt(tick / (seconds * 10)) });
    }
    return lines.slice(1);
  }

  test('a long pull is mentioned each 10 seconds, not for each chunk', async () => {
    expect(await pullFor(35, share => ({ current: share * 35_000_000, total: undefined }))).toEqual([
      'info: Pulled 10.0 MB after 10 s, 1.0 MB/s.',
      'info: Pulled 20.0 MB after 20 s, 1.0 MB/s.',
      'info: Pulled 30.0 MB after 30 s, 1.0 MB/s.',
    ]);
  });

  test('a pull of seconds is mentioned at each quarter', async () => {
    expect(await pullFor(20, share => ({ current: share * 100_000_000, total: 100_000_000 }))).toEqual([
      'info: Pulled 25.0 MB of 100.0 MB (25 %) after 5 s, 5.0 MB/s.',
      'info: Pulled 50.0 MB of 100.0 MB (50 %) after 10 s, 5.0 MB/s.',
      'info: Pulled 75.0 MB of 100.0 MB (75 %) after 15 s, 5.0 MB/s.',
      'info: Pulled all 100.0 MB after 20 s; the engine unpacks them.',
    ]);
  });

  test('a short pull, and one of nothing, are not mentioned', async () => {
    expect(await pullFor(1.5, share => ({ current: share * 100, total: 100 }))).toEqual([]);
    expect(await pullFor(30, () => ({ current: 0, total: 0 }))).toEqual([]);
  });
});
