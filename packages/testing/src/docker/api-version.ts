import { ApiVersionError } from '../errors.ts';
import type { EngineProfile } from './engine-profile.ts';

const prefix = /^\/v(\d+\.\d+)(?=\/)/;

/** `/v1.45/info` → `/info` */
export function stripVersion(pathname: string): string {
  return pathname.replace(prefix, '');
}

/** What the path asks for; without a version, what the engine speaks. */
export function requestedVersion(pathname: string, { apiVersion }: EngineProfile): string {
  return prefix.exec(pathname)?.[1] ?? apiVersion;
}

/** Throws 400 if the path asks for a version that the engine does not speak. */
export function checkVersion(pathname: string, { apiVersion, minApiVersion }: EngineProfile): void {
  const version = prefix.exec(pathname)?.[1];
  if (version === undefined) return;
  if (compareVersions(version, apiVersion) > 0) {
    throw new ApiVersionError(`client version ${version} is too new. Maximum supported API version is ${apiVersion}`, {
      isTooOld: false,
    });
  }
  if (compareVersions(version, minApiVersion) < 0) {
    throw new ApiVersionError(
      `client version ${version} is too old. Minimum supported API version is ${minApiVersion}, please upgrade your client to a newer version`,
      { isTooOld: true },
    );
  }
}

export function compareVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}
