/** Who to be at the registry of an image. Never logged. */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
  /** The registry's host, as the engine knows it, e.g. `ghcr.io` or `https://index.docker.io/v1/`. */
  readonly serverAddress: string;
}
