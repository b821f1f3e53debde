/** What to do when a registry does not let us in. */
export function loginHint(registry: string): string {
  return `Log in with “${loginCommand(registry)}” and let gopdater read that config.json (DOCKER_CONFIG); in a container mount its folder, as “docker login” replaces the file.`;
}

/** What to do when a registry limits our requests. */
export function rateLimitHint(
  registry: string,
  { when = 'later' }: { readonly when?: string | undefined } = {},
): string {
  return `Try again ${when}, or log in with “${loginCommand(registry)}” for a higher limit.`;
}

/** As it is typed, e.g. `docker login ghcr.io`. */
export function loginCommand(registry: string): string {
  return registry === 'docker.io' ? 'docker login' : `docker login ${registry}`;
}
