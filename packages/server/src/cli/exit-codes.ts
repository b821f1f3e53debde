/** What `gopdater hook` ends with, besides 0 for a delivery that is taken and 1 for what could not be done. */
export const hookExitCodes = { refused: 2, unused: 3 } as const;

export const hookExitHelp = `
Exit codes:
  0  taken: what it announces is looked at, or its sender only asked whether somebody is there
  1  it could not be tried: the configuration, the file, or nobody answers
  2  refused
  3  in order, and nothing to do: no push, or of an image that no watched service uses`;
