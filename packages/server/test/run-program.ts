import { Readable } from 'node:stream';
import { createProgram } from '../src/cli/program.ts';
import { createScreen } from './screen.ts';

/** What a command has printed, and what it ended with. */
export interface ProgramResult {
  readonly output: string;
  readonly exitCode: number;
}

export interface ProgramSurroundings {
  readonly cwd: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin?: string;
}

/** Runs `gopdater` with these arguments, in this process. @throws what the command throws */
export async function runProgram(
  args: readonly string[],
  { cwd, environment = {}, stdin = '' }: ProgramSurroundings,
): Promise<ProgramResult> {
  const printed: string[] = [];
  let exitCode = 0;
  const program = createProgram({
    environment: { GOPDATER_DATA: cwd, ...environment },
    ...{ cwd, program: ['gopdater'], stdout: createScreen({ isTTY: false }).stream },
    stdin: Readable.from([Buffer.from(stdin)]),
    print: text => printed.push(text),
    fail: (code = 1) => {
      exitCode = code;
    },
  });
  await program.parseAsync([...args], { from: 'user' });
  return { output: printed.join('\n'), exitCode };
}
