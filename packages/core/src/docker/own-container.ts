import type { CallOptions, ContainerDetails, Engine } from './engine.ts';

/** The container that gopdater itself runs in. */
export interface OwnContainer {
  readonly id: string;
  /** Asked once; `undefined` if the engine does not know it, as it runs on another one. */
  details(options?: CallOptions): Promise<ContainerDetails | undefined>;
}

export function createOwnContainer(id: string, { engine }: { readonly engine: Engine }): OwnContainer {
  let asked: Promise<ContainerDetails | undefined> | undefined;
  return {
    id,
    // Not with the signal: others wait for the same answer.
    details: async () => {
      asked ??= engine.inspectContainer(id);
      try {
        return await asked;
      } catch (error) {
        asked = undefined;
        throw error;
      }
    },
  };
}
