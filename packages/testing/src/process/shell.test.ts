import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../clock/virtual-clock.ts';
import { makeFile, withNode } from '../files/file-node.ts';
import { FileSystem } from '../files/file-system.ts';
import { usualFiles } from '../files/usual-files.ts';
import { applets } from './applets.ts';
import { inputOf } from './byte-queue.ts';
import { Killed, type Process } from './process.ts';
import { ProcessTable } from './process-table.ts';
import type { Machine, ProgramContext } from './program.ts';
import { runChild } from './run-program.ts';

const makeMachine = (clock = new VirtualClock({ startMs: 0 })): Machine => {
  const script = makeFile('#!/bin/sh\necho "$0 got $1"\n', { mode: 0o755 });
  const root = withNode(usualFiles(Object.keys(applets)), ['usr', 'bin', 'greet'], script);
  return {
    hostname: 'box',
    user: '',
    clock,
    files: new FileSystem({ root, now: () => clock.now() }),
    processes: new ProcessTable(),
    run: runChild,
  };
};

const start = (
  script: string,
  { machine = makeMachine(), stdin = '' }: { machine?: Machine; stdin?: string } = {},
): { process: Process; printed: () => string; code: Promise<number> } => {
  const printed: string[] = [];
  const output = { write: (bytes: Buffer | string) => void printed.push(String(bytes)) };
  const own = { parentPid: 0, command: 'sh', startedMs: 0, hasTerminal: false, isInit: true };
  const context: ProgramContext = {
    words: ['sh', '-c', script],
    environment: new Map([
      ['PATH', '/usr/bin:/bin'],
      ['NAME', 'web'],
    ]),
    folder: '/',
    stdin: inputOf(Buffer.from(stdin)),
    stdout: output,
    stderr: output,
    process: machine.processes.start(own),
    machine,
  };
  const code = Promise.resolve(applets.sh?.(context) ?? 0).catch((error: unknown) => {
    if (error instanceof Killed) return error.exitCode;
    throw error;
  });
  return { process: context.process, printed: () => printed.join(''), code };
};

const run = async (script: string, options?: { machine?: Machine; stdin?: string }): Promise<string> => {
  const { code, printed } = start(script, options);
  const status = await code;
  return status === 0 ? printed() : `${printed()}[${status}]`;
};

describe('a script', () => {
  it.each([
    ['echo out; echo err >&2; exit 7', 'out\nerr\n[7]'],
    ['true && echo yes || echo no', 'yes\n'],
    ['false && echo yes || echo no', 'no\n'],
    ['! false; echo $?', '0\n'],
    ['echo "a  b" \'$NAME\' $NAME ${NAME}s ${NONE:-none} "${#NAME}"', 'a  b $NAME web webs none 3\n'],
    ['X="1 2"; set -- $X "$X"; echo $# $2; shift; echo "$@"', '3 2\n2 1 2\n'],
    ['set --; set -- "$@" "" "$NONE"; echo $#', '2\n'],
    ['f=a.tar.gz; echo ${f%.*} ${f%%.*} ${f#*.} ${f##*.}', 'a.tar a tar.gz gz\n'],
    ['echo $(echo in $(echo side)) `echo back`', 'in side back\n'],
    ['i=0; while [ $i -lt 3 ]; do i=$((i + 1)); [ $i = 2 ] && continue; echo $i; done', '1\n3\n'],
    ['for x in a b c; do [ $x = c ] && break; echo $x; done', 'a\nb\n'],
    ['if test -d /etc; then echo dir; elif true; then echo no; else echo never; fi', 'dir\n'],
    ['case nginx in a|b) echo no;; ng*) echo fits;; *) echo other;; esac', 'fits\n'],
    ['greet() { echo hi $1; return 4; }; greet you; echo $?', 'hi you\n4\n'],
    ['printf "%s-%03d\\n" a 7 b 8', 'a-007\nb-008\n'],
    ['echo one two | wc -w; seq 3 | tail -n 1; echo "b\na" | sort | head -1', '2\n3\na\n'],
    ['echo x > /tmp/a; echo y >> /tmp/a; cat < /tmp/a; cat /tmp/a | wc -l', 'x\ny\n2\n'],
    ['cat <<END\nhello $NAME\nEND\necho after', 'hello web\nafter\n'],
    ['cat /none', "cat: can't open '/none': No such file or directory\n[1]"],
    ['nosuch 2>/dev/null; echo $?', '127\n'],
    ['nosuch', 'sh: nosuch: not found\n[127]'],
    ['set -e; false; echo never', '[1]'],
    ['set -e; if false; then :; fi; false || true; echo still', 'still\n'],
    [
      'cd /etc && pwd; (cd /tmp; pwd); pwd; cd /none',
      "/etc\n/tmp\n/etc\nsh: cd: can't cd to /none: No such file or directory\n[2]",
    ],
    ['echo /etc/p*; echo /none/*', '/etc/passwd\n/none/*\n'],
    ['A=1 env | grep ^A=; export B=2; printenv B', 'A=1\n2\n'],
    ['mkdir -p /a/b && touch /a/b/c && ls /a/b && rm -r /a && test ! -e /a', 'c\n'],
    ['greet me', '/usr/bin/greet got me\n'],
    ['id; whoami; hostname; echo $0', 'uid=0(root) gid=0(root) groups=0(root)\nroot\nbox\nsh\n'],
    ['sleep 5 & kill $!; wait $!; echo $?', '143\n'],
    ['trap "echo bye" EXIT; exit 3', 'bye\n[3]'],
    ['if', 'sh: syntax error: unexpected end of file\n[2]'],
    ['echo $((2 * (3 + 4) % 5)) $((1 < 2)) $(( $(echo 3) * 2 ))', '4 1 6\n'],
    ['read a b; echo "$b,$a"; cat', 'two three,one\nrest\n'],
    ['exec echo replaced; echo never', 'replaced\n'],
    ['while true; do echo again; done | head -n 2', 'again\nagain\n'],
  ])('%s', async (script, printed) => {
    expect(await run(script, { stdin: 'one two three\nrest\n' })).toBe(printed);
  });

  it('sleeps on the clock that it is given', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    expect(await clock.run(() => run('sleep 90; date +%T', { machine: makeMachine(clock) }))).toBe('00:01:30\n');
  });

  it('does what its trap says once what it waits for was interrupted, and else ignores the signal as process 1', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    const machine = makeMachine(clock);
    const loop = start('trap "echo bye; exit 0" TERM; while :; do sleep 1 & wait $!; done', { machine });
    await clock.advance(2500);
    loop.process.deliver(15);
    expect([await loop.code, loop.printed()]).toEqual([0, 'bye\n']);

    const deaf = start('sleep 100', { machine });
    await clock.advance(10);
    deaf.process.deliver(15);
    await clock.advance(10);
    expect(machine.processes.all.map(({ command }) => command)).toContain('sleep 100');
    deaf.process.deliver(9);
    expect(await deaf.code).toBe(137);
  });
});
