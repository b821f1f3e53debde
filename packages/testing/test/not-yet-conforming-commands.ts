/** Commands that do not do the same on the fake yet, and why. What conforms must not stand here. */
export const notYetConformingCommands: Readonly<Record<string, string>> = {};
