type LogMethod = (fields: object, message: string) => void;

/** The part of a pino logger that gopdater uses: a sentence with its fields. */
export interface Logger {
  readonly error: LogMethod;
  readonly warn: LogMethod;
  readonly info: LogMethod;
  readonly debug: LogMethod;
}

/** Says nothing. */
export const silentLogger: Logger = { error() {}, warn() {}, info() {}, debug() {} };
