import { Keys } from './keys.ts';

/**
 * The first keys of a mapping, as they come in a file: of mappings that begin with the same ones they are the same
 * object.
 */
export class YamlKeys {
  /** With the plain key that followed last, which is likely to follow again. */
  likely: YamlKeys | undefined;
  /** The last of them. */
  readonly key: string;
  private readonly before: YamlKeys | undefined;
  private readonly size: number;
  private first: YamlKeys | undefined;
  private others: Map<string, YamlKeys> | undefined;
  private keys: Keys | undefined;

  constructor(key = '', before?: YamlKeys) {
    this.key = key;
    this.before = before;
    this.size = before === undefined ? 0 : before.size + 1;
  }

  with(key: string): YamlKeys {
    const known = this.first?.key === key ? this.first : this.others?.get(key);
    if (known !== undefined) return known;
    const longer = new YamlKeys(key, this);
    if (this.first === undefined) {
      this.first = longer;
    } else {
      this.others ??= new Map();
      this.others.set(key, longer);
    }
    return longer;
  }

  /** A mapping has these and no more. */
  end(): Keys {
    if (this.keys === undefined) this.keys = new Keys(this.list());
    else this.keys.recur = true;
    return this.keys;
  }

  private list(): string[] {
    const keys: string[] = new Array(this.size);
    let last: YamlKeys = this;
    for (; last.before !== undefined; last = last.before) keys[last.size - 1] = last.key;
    return keys;
  }
}
