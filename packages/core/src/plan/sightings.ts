/** When digests were first seen: the age of an image that whoever made it cannot choose. */
export interface Sightings {
  /**
   * Remembers a digest, unless it is known.
   *
   * @param repository  e.g. `docker.io/acme/web`
   * @param at  now, in milliseconds since the Unix epoch
   * @returns when it was first seen
   */
  see(repository: string, digest: string, at: number): Promise<number>;
}
