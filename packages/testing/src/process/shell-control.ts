import { expandPattern, expandText, expandWords } from './expand.ts';
import type { Shell } from './shell.ts';
import { ShellJump, type Streams } from './shell-jump.ts';
import type { Command } from './shell-syntax.ts';

/** `while` and `until`. */
export async function runLoop(
  shell: Shell,
  { isUntil, condition, body }: Extract<Command, { kind: 'loop' }>,
  streams: Streams,
): Promise<number> {
  let status = 0;
  for (;;) {
    await shell.nextRound();
    const jump = await catchJump(async () => {
      if (((await shell.test(condition, streams)) === 0) === isUntil) return 'end';
      status = await shell.run(body, streams);
      return undefined;
    });
    if (jump !== undefined) break;
  }
  shell.status = status;
  return status;
}

export async function runFor(
  shell: Shell,
  { name, words, body }: Extract<Command, { kind: 'for' }>,
  streams: Streams,
): Promise<number> {
  const values = words ? await expandWords(words, shell.expansion(streams)) : shell.parameters;
  shell.status = 0;
  for (const value of values) {
    await shell.nextRound();
    shell.variables.set(name, value);
    const jump = await catchJump(async () => {
      await shell.run(body, streams);
      return undefined;
    });
    if (jump !== undefined) break;
  }
  return shell.status;
}

export async function runCase(
  shell: Shell,
  { subject, choices }: Extract<Command, { kind: 'case' }>,
  streams: Streams,
): Promise<number> {
  const expansion = shell.expansion(streams);
  const text = await expandText(subject, expansion);
  shell.status = 0;
  for (const { patterns, body } of choices) {
    for (const pattern of patterns) {
      if ((await expandPattern(pattern, expansion)).test(text)) return await shell.run(body, streams);
    }
  }
  return 0;
}

/** `end` if the loop is left. */
async function catchJump(act: () => Promise<'end' | undefined>): Promise<'end' | undefined> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ShellJump) || (error.kind !== 'break' && error.kind !== 'continue')) throw error;
    if (error.value > 1) throw new ShellJump(error.kind, error.value - 1);
    return error.kind === 'break' ? 'end' : undefined;
  }
}
