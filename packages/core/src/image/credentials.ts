/** Who to be at the registry of an image. Never logged. */
export type RegistryCredentials = PasswordCredentials | IdentityTokenCredentials | RegistryTokenCredentials;

/** A user's name and password, or whatever the registry takes for one. */
export interface PasswordCredentials extends LoginServer {
  readonly username: string;
  readonly password: string;
}

/** An OAuth 2.0 refresh token: the registry's token server gives bearer tokens for it. */
export interface IdentityTokenCredentials extends LoginServer {
  readonly identityToken: string;
}

/** A bearer token that the registry takes as it is. */
export interface RegistryTokenCredentials extends LoginServer {
  readonly registryToken: string;
}

interface LoginServer {
  /**
   * The registry as Docker names it where it keeps credentials: `https://index.docker.io/v1/` for Docker Hub, else the
   * host, e.g. `ghcr.io`. The engine sends them to no other.
   */
  readonly serverAddress: string;
}

/** `docker.io` → `https://index.docker.io/v1/`; any other host is its own address. */
export function serverAddressOf(registry: string): string {
  return registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
}
