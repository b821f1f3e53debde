import type { Move } from './plan.ts';
import { type Goal, planServiceSteps } from './service-steps.ts';
import type { Step } from './step.ts';

/** A service that moves, and how it comes back: the same steps to the image that it comes from. */
export interface Return {
  readonly move: Move;
  readonly goal: Goal;
}

/** Which services go back when one fails: all of the push that were begun, or that one. */
export type RollbackScope = 'push' | 'service';

export interface UndoOptions {
  readonly rollbackScope: RollbackScope;
  /** The id of the image that a name in full means now. */
  readonly named: (name: string) => string | undefined;
}

/**
 * The old image gets its name back, and a variable its value; then the same kind of steps lead there: so the user's next
 * `docker compose up` finds the old one, too. Services are taken in the opposite order.
 */
export function planUndo(returns: readonly Return[], { rollbackScope, named }: UndoOptions): readonly Step[] {
  const cause = 'the update failed.';
  return byName(returns.toReversed(), ({ goal }) => goal.name).flatMap(([target, group]) => {
    const goals = group.map(({ move, goal }) => ({ ...goal, cause, source: move.oldImageId }));
    const moves = group.map(({ move }) => move).toReversed();
    const last = lastName(moves, named(target));
    if (last === undefined) return [];
    const name: Step = { kind: 'tag', cause, source: last, target };
    if (haveOneSource(goals)) return [name, ...planGoals(goals)];
    const steps = planTaggedSteps(target, goals);
    // Of one that goes back alone, it is that one’s name that keeps it.
    return rollbackScope === 'service' ? [name, ...steps] : [...steps, name];
  });
}

/** The steps of services that go to one image under one name; a variable is set before the first that needs it. */
export function planGoals(goals: readonly Goal[]): readonly Step[] {
  return eachWithVariable(goals, planServiceSteps);
}

/** Services that go to different images: Compose takes what the tag names, so it is put on each one’s in turn. */
export function planTaggedSteps(target: string, goals: readonly Goal[]): readonly Step[] {
  return eachWithVariable(goals, goal => {
    const { project, service, source } = goal;
    const cause = 'that is the image that Compose takes for it.';
    return [
      { kind: 'tag-service', cause, project, service: service.name, source, target },
      ...planServiceSteps(goal),
    ] satisfies readonly Step[];
  });
}

function eachWithVariable(goals: readonly Goal[], planSteps: (goal: Goal) => readonly Step[]): readonly Step[] {
  const set = new Set<string>();
  return goals.flatMap(goal => {
    const { variable } = goal;
    const key = JSON.stringify([variable?.file, variable?.name]);
    if (variable === undefined || variable.from === variable.to || set.has(key)) return planSteps(goal);
    set.add(key);
    const { file, name, from, to, services } = variable;
    const cause = 'Compose reads the tag from there.';
    return [{ kind: 'set-variable', cause, file, variable: name, from, to, services } as const, ...planSteps(goal)];
  });
}

/** In the order in which the names come up. */
export function byName<T>(all: readonly T[], nameOf: (one: T) => string): readonly (readonly [string, readonly T[]])[] {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(nameOf(one), [...(groups.get(nameOf(one)) ?? []), one]);
  return [...groups];
}

export function haveOneSource(goals: readonly Pick<Goal, 'source'>[]): boolean {
  return new Set(goals.map(({ source }) => source)).size <= 1;
}

/** A tag names one image only: that of most services; of as many, what it names already, else the first one's. */
export function lastName(moves: readonly Pick<Move, 'oldImageId'>[], named: string | undefined): string | undefined {
  const counts = new Map<string, number>();
  for (const { oldImageId } of moves) counts.set(oldImageId, (counts.get(oldImageId) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const candidates = [...counts].flatMap(([id, count]) => (count === most ? [id] : []));
  return candidates.find(id => id === named) ?? candidates[0];
}

/** What a rollback cannot put back as it was, of services that come from one name. */
export function explainUndo(
  moves: readonly Move[],
  upToDate: readonly string[],
  { rollbackScope, named }: { readonly rollbackScope: RollbackScope; readonly named: string | undefined },
): readonly string[] {
  const last = lastName(moves, named);
  const namesOf = (some: readonly Move[]) => some.map(({ project, service }) => `${project}/${service}`).join(' and ');
  const others = moves.filter(({ oldImageId }) => oldImageId !== last);
  const [first] = moves.filter(({ oldImageId }) => oldImageId === last);
  const [tagged, moved] =
    rollbackScope === 'service'
      ? ['the service that failed', 'the others']
      : [namesOf(first === undefined ? [] : [first]), namesOf(others)];
  return [
    ...(others.length > 0
      ? [
          `${namesOf(moves)} run different images: a rollback gives each its own, and the tag the one of ${tagged}; “docker compose up” then moves ${moved} to it.`,
        ]
      : []),
    ...(moves.length > 0 && upToDate.length > 0
      ? [
          `${upToDate.join(' and ')} runs the new image already: after a rollback, “docker compose up” moves it back, too.`,
        ]
      : []),
  ];
}
