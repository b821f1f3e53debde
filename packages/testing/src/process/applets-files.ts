import { posix } from 'node:path';
import { type FileNode, makeLink, sizeOf } from '../files/file-node.ts';
import { FileError } from '../files/file-system.ts';
import { patternSource } from './expand.ts';
import { parseOptions, UsageError } from './options.ts';
import { absolute, type Program, type ProgramContext } from './program.ts';

/** Programs that look at files and change them. */
export const fileApplets: Readonly<Record<string, Program>> = {
  ls,
  find,
  touch: context => each(context, 'c', path => context.machine.files.touch(path)),
  mkdir: context =>
    each(context, 'pm:', (path, options) => context.machine.files.makeDirectory(path, { parents: options.has('p') })),
  rmdir: context => each(context, '', path => context.machine.files.remove(path)),
  rm: context =>
    each(context, 'rRf', (path, options) => {
      const { files } = context.machine;
      const isRecursive = options.has('r') || options.has('R');
      const node = files.find(path, { followLast: false });
      if (!node && options.has('f')) return;
      if (node?.kind === 'directory' && !isRecursive) throw new FileError('EISDIR');
      files.remove(path, { recursive: isRecursive });
    }),
  cp: context => copyOrMove(context, 'raRpf', false),
  mv: context => copyOrMove(context, 'f', true),
  ln: context => {
    const { options, operands } = parseOptions(context, 'sf');
    const [target = '', name = posix.basename(target)] = operands;
    const { files } = context.machine;
    const path = absolute(context, name);
    if (files.find(path, { followLast: false }) && !options.has('f')) throw new FileError('EEXIST');
    files.place(path, options.has('s') ? makeLink(target) : files.get(absolute(context, target)));
    return 0;
  },
  stat: context => {
    const { options, operands } = parseOptions(context, 'c:L');
    const format = options.get('c');
    if (format === undefined) throw new UsageError('needs -c FORMAT');
    return each({ ...context, words: ['stat', ...operands] }, '', path => {
      const node = context.machine.files.get(path, { followLast: options.has('L') });
      context.stdout.write(`${statLine(format, path, node)}\n`);
    });
  },
  readlink: context => {
    const { options, operands } = parseOptions(context, 'f');
    const path = absolute(context, operands[0] ?? '');
    const node = context.machine.files.find(path, { followLast: false });
    if (!options.has('f') && node?.kind !== 'link') return 1;
    const shown = options.has('f') ? context.machine.files.resolve(path) : node?.kind === 'link' ? node.target : '';
    context.stdout.write(`${shown}\n`);
    return 0;
  },
  chmod: context => {
    const { options, operands } = parseOptions(context, 'R');
    const [mode = '', ...paths] = operands;
    for (const operand of paths) {
      const path = absolute(context, operand);
      change(context, path, options.has('R'), node => ({ ...node, mode: changedMode(node.mode, mode) }));
    }
    return 0;
  },
  chown: context => {
    const { options, operands } = parseOptions(context, 'R');
    const [owner = '', ...paths] = operands;
    const [uid = Number.NaN, gid = Number.NaN] = owner.split(':').map(Number);
    if (Number.isNaN(uid)) throw new UsageError(`unknown user ${owner}`);
    for (const operand of paths) {
      const path = absolute(context, operand);
      change(context, path, options.has('R'), node => ({ ...node, uid, gid: Number.isNaN(gid) ? node.gid : gid }));
    }
    return 0;
  },
};

/** Does something to each operand; what goes wrong with one is told, and the others are done. */
function each(
  context: ProgramContext,
  known: string,
  act: (path: string, options: ReadonlyMap<string, string>) => void,
): number {
  const { options, operands } = parseOptions(context, known);
  let status = 0;
  for (const operand of operands) {
    try {
      act(absolute(context, operand), options);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      const [name = ''] = context.words;
      context.stderr.write(
        `${name}: ${complaints[name] ?? ''}'${operand}': ${error.message}\n`.replace(/^touch: '(.*)':/, 'touch: $1:'),
      );
      status = 1;
    }
  }
  return status;
}

const complaints: Readonly<Record<string, string>> = {
  mkdir: "can't create directory ",
  rm: "can't remove ",
};

function ls(context: ProgramContext): number {
  const { options, operands } = parseOptions(context, 'la1dhARp');
  const { files } = context.machine;
  const print = (plain: string, node: FileNode): void => {
    const name = options.has('p') && node.kind === 'directory' ? `${plain}/` : plain;
    context.stdout.write(options.has('l') ? `${longLine(name, node)}\n` : `${name}\n`);
  };
  const printFolder = (path: string): void => {
    const folder = files.list(path);
    const names = [...folder.entries].sort(([a], [b]) => (a < b ? -1 : 1));
    if (options.has('a')) names.unshift(['.', folder], ['..', folder]);
    const areAllShown = options.has('a') || options.has('A');
    for (const [name, entry] of names) if (areAllShown || !name.startsWith('.')) print(name, entry);
  };
  const wanted = operands.length > 0 ? [...operands].sort() : ['.'];
  const found = wanted.flatMap(operand => {
    const path = absolute(context, operand);
    const node = files.find(path);
    if (!node) context.stderr.write(`ls: ${operand}: No such file or directory\n`);
    return node ? [{ operand, path, node }] : [];
  });
  const isFolder = ({ node }: (typeof found)[number]): boolean => node.kind === 'directory' && !options.has('d');
  const plain = found.filter(one => !isFolder(one));
  for (const { operand, node } of plain) print(operand, node);
  // Each folder is a paragraph of its own.
  for (const [index, { operand, path }] of found.filter(isFolder).entries()) {
    if (index + plain.length > 0) context.stdout.write('\n');
    if (operands.length > 1) context.stdout.write(`${operand}:\n`);
    printFolder(path);
  }
  return found.length < wanted.length ? 1 : 0;
}

const kinds = { file: '-', directory: 'd', link: 'l', device: 'c' } as const;

const kindNames = {
  file: 'regular file',
  directory: 'directory',
  link: 'symbolic link',
  device: 'character special file',
};

/** @see stat(1), `--format` */
function statLine(format: string, path: string, node: FileNode): string {
  const shown: Readonly<Record<string, string | number>> = {
    '%': '%',
    n: path,
    F: node.kind === 'file' && sizeOf(node) === 0 ? 'regular empty file' : kindNames[node.kind],
    s: node.kind === 'directory' ? 4096 : sizeOf(node),
    u: node.uid,
    g: node.gid,
    U: ownerName(node.uid).trimEnd(),
    G: ownerName(node.gid).trimEnd(),
    a: node.mode.toString(8),
    Y: Math.floor(node.modifiedMs / 1000),
  };
  return format.replace(/%(.)/g, (_, letter: string) => {
    const value = shown[letter];
    if (value === undefined) throw new UsageError(`unknown format: %${letter}`);
    return String(value);
  });
}

function longLine(name: string, node: FileNode): string {
  const bits = [...'rwxrwxrwx'].map((letter, at) => ((node.mode >> (8 - at)) & 1 ? letter : '-')).join('');
  const date = new Date(node.modifiedMs).toUTCString();
  const shownDate = `${date.slice(8, 11)} ${String(Number(date.slice(5, 7))).padStart(2)} ${date.slice(17, 22)}`;
  const size = node.kind === 'directory' ? 4096 : sizeOf(node);
  const owner = `${ownerName(node.uid)} ${ownerName(node.gid)}`;
  const arrow = node.kind === 'link' ? ` -> ${node.target}` : '';
  return `${kinds[node.kind]}${bits}    1 ${owner} ${String(size).padStart(9)} ${shownDate} ${name}${arrow}`;
}

function ownerName(id: number): string {
  return (id === 0 ? 'root' : String(id)).padEnd(8);
}

function find(context: ProgramContext): number {
  const words = context.words.slice(1);
  const paths: string[] = [];
  while (words.length > 0 && !words[0]?.startsWith('-')) paths.push(words.shift() ?? '');
  const tests: ((name: string, node: FileNode) => boolean)[] = [];
  while (words.length > 0) {
    const [test, value = ''] = words.splice(0, words[0] === '-print' ? 1 : 2);
    const fits = new RegExp(`^${patternSource(value, '.')}$`);
    if (test === '-name') tests.push(name => fits.test(name));
    else if (test === '-type') tests.push((_, { kind }) => kinds[kind].replace('-', 'f') === value);
    else if (test !== '-print') throw new UsageError(`unrecognized: ${test}`);
  }
  const print = (path: string, node: FileNode): void => {
    if (tests.every(test => test(posix.basename(path), node))) context.stdout.write(`${path}\n`);
    if (node.kind !== 'directory') return;
    for (const [name, entry] of [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1))) print(`${path}/${name}`, entry);
  };
  for (const path of paths.length > 0 ? paths : ['.']) print(path, context.machine.files.get(absolute(context, path)));
  return 0;
}

function copyOrMove(context: ProgramContext, known: string, isMoved: boolean): number {
  const { options, operands } = parseOptions(context, known);
  const target = operands.at(-1) ?? '';
  const { files } = context.machine;
  const isRecursive = isMoved || ['r', 'R', 'a'].some(letter => options.has(letter));
  for (const operand of operands.slice(0, -1)) {
    const source = absolute(context, operand);
    const node = files.find(source, { followLast: !isRecursive });
    const [name] = context.words;
    if (!node) throw new UsageError(`can't ${isMoved ? 'rename' : 'stat'} '${operand}': No such file or directory`);
    if (node.kind === 'directory' && !isRecursive) {
      context.stderr.write(`${name}: omitting directory '${operand}'\n`);
      return 1;
    }
    const into = files.find(absolute(context, target))?.kind === 'directory';
    files.place(absolute(context, into ? posix.join(target, posix.basename(operand)) : target), node);
    if (isMoved) files.remove(source, { recursive: true });
  }
  return 0;
}

function change(context: ProgramContext, path: string, isRecursive: boolean, act: (node: FileNode) => FileNode): void {
  const { files } = context.machine;
  const changed = act(files.get(path));
  files.place(files.resolve(path), changed);
  if (!isRecursive || changed.kind !== 'directory') return;
  for (const name of changed.entries.keys()) change(context, posix.join(path, name), true, act);
}

/** `755`, `+x`, `u+rw`, `go-w` */
function changedMode(mode: number, text: string): number {
  if (/^[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  const [, who = '', sign, what = ''] = /^([ugoa]*)([-+])([rwx]+)$/.exec(text) ?? [];
  if (sign === undefined) throw new UsageError(`invalid mode '${text}'`);
  const bits = [...what].reduce((sum, letter) => sum | ({ r: 4, w: 2, x: 1 }[letter] ?? 0), 0);
  const all = who === '' || who.includes('a') ? 'ugo' : who;
  const mask = [...all].reduce((sum, letter) => sum | (bits << ({ u: 6, g: 3, o: 0 }[letter] ?? 0)), 0);
  return sign === '+' ? mode | mask : mode & ~mask;
}
