import type { Finder, Keys } from './keys.ts';

/** Rules for paths of the model, looked up key by key while a tree is walked. */
export interface Rules<Rule> {
  readonly rule: Rule | undefined;
  at(key: string | number): Rules<Rule> | undefined;
  /** Those for any key or index that no path names. */
  readonly any: Rules<Rule> | undefined;
  /** Those for each of some keys, if they recur: it is worth while to find them once. */
  forKeys(keys: Keys): readonly (Rules<Rule> | undefined)[] | undefined;
}

/** `*` in a path stands for any one key or index. */
export function createRules<Rule>(paths: Iterable<readonly [path: string, rule: Rule]>): Rules<Rule> {
  const root = new Branch<Rule>();
  for (const [path, rule] of paths) {
    let branch = root;
    for (const key of path.split('.')) branch = branch.grow(key);
    branch.rule = rule;
  }
  return root;
}

/** Those of a model for any of its services. */
export function rulesOfService<Rule>(rules: Rules<Rule>): Rules<Rule> {
  return rules.at('services')?.any ?? new Branch();
}

class Branch<Rule> implements Rules<Rule>, Finder<readonly (Branch<Rule> | undefined)[]> {
  rule: Rule | undefined;
  any: Branch<Rule> | undefined;
  private readonly branches = new Map<string, Branch<Rule>>();

  at(key: string | number): Branch<Rule> | undefined {
    return typeof key === 'string' ? (this.branches.get(key) ?? this.any) : this.any;
  }

  forKeys(keys: Keys): readonly (Branch<Rule> | undefined)[] | undefined {
    return keys.recur ? keys.ask(this) : undefined;
  }

  find(keys: readonly string[]): readonly (Branch<Rule> | undefined)[] {
    return keys.map(key => this.at(key));
  }

  grow(key: string): Branch<Rule> {
    const known = key === '*' ? this.any : this.branches.get(key);
    if (known !== undefined) return known;
    const branch = new Branch<Rule>();
    if (key === '*') this.any = branch;
    else this.branches.set(key, branch);
    return branch;
  }
}
