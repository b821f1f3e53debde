/** How long a sender may take for the head of its request, in milliseconds. */
export const headersTimeoutMs = 10_000;

/** How long it may take for all of it, in milliseconds. */
export const requestTimeoutMs = 15_000;

/** How often both are looked at, in milliseconds: a silent sender may stay that much longer. */
export const timeoutCheckMs = 5_000;

/** How long an idle connection is kept, in milliseconds. */
export const keepAliveTimeoutMs = 5_000;

/** How large the head may be, in bytes. Node.js answers 431. */
export const maxHeaderBytes: number = 16 * 1024;

export const maxHeadersCount = 100;

/** Further connections are closed at once. */
export const maxConnections = 1_000;

/** Deliveries of Docker Hub are at most about 60 kB, GitHub’s about 20; nobody’s are near this. */
export const maxBodyBytes: number = 1024 * 1024;

/** How deep a body’s objects and lists may be in each other. */
export const maxDepth = 64;
