import { NotModelledError } from '../../errors.ts';
import { type ContainerRecord, processIdOf } from '../state/container-record.ts';

interface ShownProcess {
  readonly pid: number;
  readonly parentPid: number;
  readonly startedMs: number;
  readonly hasTerminal: boolean;
  readonly command: string;
}

type Column = (process: ShownProcess) => string;

const time = '00:00:00';
const user: Column = () => 'root';
const pid: Column = process => String(process.pid);
const command: Column = process => process.command;
const clock: Column = ({ startedMs }) => new Date(startedMs).toISOString().slice(11, 16);

/** Columns by the arguments of `ps`. */
const layouts: Readonly<Record<string, Readonly<Record<string, Column>>>> = {
  '-ef': {
    UID: user,
    PID: pid,
    PPID: ({ parentPid }) => String(parentPid),
    C: () => '0',
    STIME: clock,
    TTY: ({ hasTerminal }) => (hasTerminal ? 'pts/0' : '?'),
    TIME: () => time,
    CMD: command,
  },
  aux: {
    USER: user,
    PID: pid,
    '%CPU': () => '0.0',
    '%MEM': () => '0.0',
    VSZ: () => '4400',
    RSS: () => '1000',
    TTY: ({ hasTerminal }) => (hasTerminal ? 'pts/0' : '?'),
    STAT: () => 'Ss',
    START: clock,
    TIME: () => '0:00',
    COMMAND: command,
  },
  '-o pid,cmd': { PID: pid, CMD: command },
  '-o pid,comm': { PID: pid, COMMAND: ({ command: words }) => words.split(' ')[0]?.split('/').at(-1) ?? '' },
};

/** `GET /containers/{id}/top`. A service, which has no process in the fake, is shown as its command. */
export function processListView(container: ContainerRecord, psArguments: string): Record<string, unknown> {
  const layout = layouts[psArguments.replace(/^-?aux$/, 'aux')];
  if (!layout) throw new NotModelledError(`ps ${psArguments}`);
  const processes = shownProcesses(container);
  return {
    Processes: processes.map(process => Object.values(layout).map(column => column(process))),
    Titles: Object.keys(layout),
  };
}

/** Numbered as the host sees them. */
function shownProcesses(container: ContainerRecord): ShownProcess[] {
  const first = processIdOf(container);
  const others = container.processes.all.map(process => ({
    pid: first + process.pid - 1,
    parentPid: process.parentPid === 0 ? first - 1 : first + process.parentPid - 1,
    startedMs: process.startedMs,
    hasTerminal: process.hasTerminal,
    command: process.command,
  }));
  if (container.main) return others;
  const { entrypoint, command: words, config } = container.spec;
  const service = {
    pid: first,
    parentPid: first - 1,
    startedMs: container.state.startedMs ?? 0,
    hasTerminal: config.Tty === true,
    command: [...entrypoint, ...words].join(' '),
  };
  return [service, ...others.map(process => ({ ...process, pid: process.pid + 1 }))];
}
