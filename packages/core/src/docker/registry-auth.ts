import type { RegistryCredentials } from '../image/credentials.ts';

/** What the engine takes in the header `X-Registry-Auth`. */
export interface RegistryAuth {
  readonly serveraddress: string;
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly registrytoken?: string;
}

/** @see Docker Engine API, "Authentication" */
export function registryAuthOf(credentials: RegistryCredentials): RegistryAuth {
  const serveraddress = credentials.serverAddress;
  if ('registryToken' in credentials) return { serveraddress, registrytoken: credentials.registryToken };
  if ('identityToken' in credentials) return { serveraddress, identitytoken: credentials.identityToken };
  return { serveraddress, username: credentials.username, password: credentials.password };
}
