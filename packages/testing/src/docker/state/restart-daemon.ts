import { EngineError } from '../../errors.ts';
import { resumeSwarm } from '../swarm/membership.ts';
import { giveUpRestart } from './container-process.ts';
import { type ContainerRecord, hasProcess } from './container-record.ts';
import { emitContainer } from './containers.ts';
import type { EngineState } from './engine-state.ts';
import { startsWithDaemon } from './restart-policy.ts';
import { startContainer } from './start-container.ts';
import { stopWithDaemon } from './stop-container.ts';

/**
 * The daemon ends. Without live-restore every process does so before it, which those who follow the events still hear.
 */
export function stopDaemon(state: EngineState, { liveRestore }: { readonly liveRestore: boolean }): void {
  state.isDown = true;
  state.life.abort();
  state.life = new AbortController();
  for (const container of [...state.containers.values()]) {
    if (container.state.status === 'restarting') {
      giveUpRestart(container);
      emitContainer(state, container, 'stop');
    }
    if (!liveRestore && hasProcess(container)) stopWithDaemon(state, container);
  }
}

/** The daemon starts, and with it the containers whose restart policy says so. What happened before is forgotten. */
export function startDaemon(state: EngineState): void {
  state.isDown = false;
  state.events.forget();
  for (const container of state.containers.values()) {
    if (!isToStart(container)) continue;
    try {
      startContainer(state, container.id);
    } catch (error) {
      // It stays as it is, with the reason.
      if (!(error instanceof EngineError)) throw error;
    }
  }
  resumeSwarm(state);
}

/** One that was never started is not started now. */
function isToStart({ spec, state, restarts }: ContainerRecord): boolean {
  const { status, exitCode } = state;
  const { count: restartCount, isStopped } = restarts;
  return status === 'exited' && startsWithDaemon(spec.restartPolicy, { exitCode, restartCount, isStopped });
}
