import { readLine } from './byte-queue.ts';
import { absolute, type ProgramContext } from './program.ts';
import { Shell } from './shell.ts';
import { ShellJump } from './shell-jump.ts';
import { parseScript } from './shell-parser.ts';
import { ShellSyntaxError } from './shell-syntax.ts';

/** `sh [-e] -c SCRIPT [NAME [ARGUMENT…]]`, `sh [-e] FILE [ARGUMENT…]`, or `sh` with a script on its input. */
export async function sh(context: ProgramContext): Promise<number> {
  const [invokedAs = 'sh', ...words] = context.words;
  const options: string[] = [];
  while (/^[-+][a-z]/.test(words[0] ?? '')) options.push(...(words.shift() ?? '').slice(1));
  const shell = new Shell(context, { name: invokedAs });
  shell.endsAtError = options.includes('e');
  if (options.includes('c')) {
    const [script = '', name = invokedAs, ...parameters] = words;
    shell.name = name;
    shell.parameters = parameters;
    return await shell.runToEnd(script);
  }
  const [path, ...parameters] = words;
  if (path === undefined || path === '-') return await readScript(shell, context);
  const file = context.machine.files.find(absolute(context, path));
  if (file?.kind !== 'file') {
    context.stderr.write(`sh: can't open '${path}': No such file or directory\n`);
    return 2;
  }
  shell.name = path;
  shell.parameters = parameters;
  return await shell.runToEnd(file.bytes.toString());
}

/** Line by line: who types waits for the answer to what is whole. */
async function readScript(shell: Shell, { stdin, stdout, stderr, process }: ProgramContext): Promise<number> {
  let text = '';
  for (;;) {
    if (process.hasTerminal) stdout.write(text === '' ? `${shell.folder} # ` : '> ');
    const line = await readLine(stdin, process.ended);
    if (line === undefined) return text === '' ? shell.status : await shell.runScript(text);
    text += `${line}\n`;
    if (isUnfinished(text)) continue;
    const script = text;
    text = '';
    try {
      shell.status = await shell.run(parseScript(script), shell.context);
    } catch (error) {
      if (error instanceof ShellJump) return error.value;
      if (!(error instanceof ShellSyntaxError)) throw error;
      stderr.write(`sh: ${error.message}\n`);
      shell.status = 2;
    }
  }
}

function isUnfinished(script: string): boolean {
  try {
    parseScript(script);
    return false;
  } catch (error) {
    return error instanceof ShellSyntaxError && /end of file|unterminated/.test(error.message);
  }
}
