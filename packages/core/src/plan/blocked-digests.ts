/** Digests that were rolled back: they are not shipped again until the tag moves on, or a person says so. */
export interface BlockedDigests {
  /**
   * @param image  in full, e.g. `docker.io/acme/web:latest`
   * @returns why it is blocked, in words; `undefined` if it is not
   */
  reasonFor(image: string, digest: string): Promise<string | undefined>;

  /** Others of the same image stay blocked. */
  block(blocked: BlockedDigest): Promise<void>;

  /**
   * @param digest  default: all of the image
   * @returns whether there was anything to forget
   */
  unblock(image: string, digest?: string): Promise<boolean>;
}

/** One of them. */
export interface BlockedDigest {
  readonly image: string;
  readonly digest: string;
  readonly reason: string;
}
