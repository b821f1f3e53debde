import { EngineError } from '../../errors.ts';

/** What instructions of a Dockerfile make of an image's `config`. */
export type ImageChanges = Readonly<Record<string, unknown>>;

/**
 * `CMD ["cat"]`, `ENV a=b c=d`: one instruction in each line.
 *
 * @throws EngineError for one that `commit` and `import` do not take
 * @see docs.docker.com, "docker container commit", `--change`
 */
export function parseChanges(lines: readonly string[]): ImageChanges {
  let changes: ImageChanges = {};
  for (const line of lines.flatMap(text => text.split('\n')).map(text => text.trim())) {
    if (line === '') continue;
    const [, word = '', rest = ''] = /^(\S+)\s*(.*)$/s.exec(line) ?? [];
    const change = instructions[word.toUpperCase()];
    if (!change) throw new EngineError(400, `${word} is not a valid change command`);
    changes = { ...changes, ...change(rest, changes) };
  }
  return changes;
}

type Instruction = (rest: string, before: ImageChanges) => ImageChanges;

const instructions: Readonly<Record<string, Instruction>> = {
  CMD: rest => ({ Cmd: commandOf(rest) }),
  ENTRYPOINT: rest => ({ Entrypoint: commandOf(rest) }),
  ENV: (rest, { Env = [] }) => ({ Env: [...(Env as string[]), ...pairsOf(rest).map(pair => pair.join('='))] }),
  LABEL: (rest, { Labels = {} }) => ({ Labels: { ...(Labels as object), ...Object.fromEntries(pairsOf(rest)) } }),
  EXPOSE: (rest, { ExposedPorts = {} }) => ({ ExposedPorts: { ...(ExposedPorts as object), ...keys(rest, portOf) } }),
  VOLUME: (rest, { Volumes = {} }) => ({ Volumes: { ...(Volumes as object), ...keys(rest, path => path) } }),
  ONBUILD: (rest, { OnBuild = [] }) => ({ OnBuild: [...(OnBuild as string[]), rest] }),
  USER: rest => ({ User: rest }),
  WORKDIR: rest => ({ WorkingDir: rest }),
  STOPSIGNAL: rest => ({ StopSignal: rest }),
};

/** A list in JSON, or a line for the shell. */
function commandOf(rest: string): readonly string[] {
  return listOf(rest) ?? ['/bin/sh', '-c', rest];
}

function listOf(text: string): readonly string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(String) : undefined;
  } catch {
    return undefined;
  }
}

const keys = (rest: string, keyOf: (word: string) => string): Record<string, unknown> =>
  Object.fromEntries((listOf(rest) ?? rest.split(/\s+/)).map(word => [keyOf(word), {}]));

const portOf = (word: string): string => (word.includes('/') ? word : `${word}/tcp`);

/** `a=b "c=d e"`, or, in the older form, `a b c`. */
function pairsOf(rest: string): readonly (readonly [string, string])[] {
  const words = rest.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  if (!words[0]?.includes('=')) {
    const [, name = '', value = ''] = /^(\S+)\s*(.*)$/s.exec(rest) ?? [];
    return [[name, value]];
  }
  return words.map(word => {
    const plain = word.replace(/"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g, (_, double, single, escaped) =>
      double === undefined ? (single ?? escaped) : double.replace(/\\(.)/g, '$1'),
    );
    const equals = plain.indexOf('=');
    return [plain.slice(0, equals), plain.slice(equals + 1)] as const;
  });
}
