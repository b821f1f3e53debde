import { EngineError } from '../../errors.ts';
import { ByteQueue } from '../../process/byte-queue.ts';
import { checkUser } from './check-user.ts';
import { type ContainerRecord, isRunning } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import type { ExecRecord, ExecSpec } from './exec-record.ts';

export function createExec(state: EngineState, container: ContainerRecord, spec: ExecSpec): ExecRecord {
  if (spec.words.length === 0) throw new EngineError(400, 'No exec command specified');
  checkCanExec(container);
  // Before 28.0 it is found out when it starts.
  if (state.profile.isSince28) checkUser(state, container, { user: spec.user ?? '', status: 400 });
  const exec: ExecRecord = {
    ...spec,
    id: state.ids.next('exec'),
    container,
    status: 'created',
    exitCode: undefined,
    pid: 0,
    process: undefined,
    stdin: new ByteQueue(),
    terminal: undefined,
  };
  state.execs.set(exec.id, exec);
  emitContainer(state, container, `exec_create: ${shownWords(exec)}`, { execID: exec.id });
  return exec;
}

export function findExec(state: EngineState, id: string): ExecRecord {
  const exec = state.execs.get(id);
  if (!exec || !state.containers.has(exec.container.id)) throw new EngineError(404, `No such exec instance: ${id}`);
  return exec;
}

/** What `GET /containers/{id}/json` lists: those that have not ended. */
export function execIdsOf({ execs }: EngineState, { id }: ContainerRecord): readonly string[] {
  return [...execs.values()].filter(exec => exec.container.id === id && exec.status !== 'ended').map(exec => exec.id);
}

/** @param shownName  as the client named it; default the id */
export function checkCanExec(container: ContainerRecord, shownName: string = container.id): void {
  const { id, state } = container;
  if (state.status === 'paused') {
    throw new EngineError(409, `Container ${shownName} is paused, unpause the container before exec`);
  }
  checkIsNotRestarting(container);
  if (!isRunning(container)) throw new EngineError(409, `container ${id} is not running`);
}

export function checkCanAttach(container: ContainerRecord, shownName: string): void {
  if (container.state.status === 'paused') {
    throw new EngineError(409, `container ${shownName} is paused, unpause the container before attach`);
  }
  checkIsNotRestarting(container);
}

function checkIsNotRestarting({ id, state }: ContainerRecord): void {
  if (state.status !== 'restarting') return;
  throw new EngineError(409, `Container ${id} is restarting, wait until the container is running`);
}

/** As events have it: a word and a blank, then the others. */
export function shownWords({ words: [first, ...rest] }: ExecRecord): string {
  return `${first} ${rest.join(' ')}`;
}
