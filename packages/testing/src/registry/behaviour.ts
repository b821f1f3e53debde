/** What a health check says from the start on. */
export type HealthStatus = 'starting' | 'healthy' | 'unhealthy';

export interface BehaviourOptions {
  /** Gives the image a health check with this outcome; default: the image has none. */
  readonly health?: HealthStatus;
  /** Its containers end with this code as soon as they are started; default: they run until stopped. */
  readonly exitCode?: number;
}

/** How the containers of an image behave. */
export interface Behaviour {
  /** For a container that has a health check, from its image or its own; default `healthy`. */
  readonly health: HealthStatus;
  readonly exitCode: number | undefined;
}

export function behaviourOf({ health = 'healthy', exitCode }: BehaviourOptions): Behaviour {
  return { health, exitCode };
}
