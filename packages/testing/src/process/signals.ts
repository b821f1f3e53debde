/** Numbers of Linux on x86 by name, without `SIG`. */
const numbers: Readonly<Record<string, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ABRT: 6,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  URG: 23,
  WINCH: 28,
};

export const sigint = 2;
export const sigkill = 9;
export const sigpipe = 13;
export const sigterm = 15;

/** What a process that says nothing about them does not notice here. */
const harmless = [17, 18, 19, 20, 23, 28];

/** `TERM`, `SIGTERM`, `sigterm` or `15`; `undefined` for what is no signal. */
export function parseSignal(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) > 0 && Number(text) < 65 ? Number(text) : undefined;
  return numbers[text.toUpperCase().replace(/^SIG/, '')];
}

export function endsByDefault(signal: number): boolean {
  return !harmless.includes(signal);
}
