/** Rules for paths of the model, looked up key by key while a tree is walked. */
export interface Rules<Rule> {
  readonly rule: Rule | undefined;
  at(key: string): Rules<Rule> | undefined;
}

/** `*` in a path stands for any one key or index. */
export function createRules<Rule>(paths: readonly (readonly [path: string, rule: Rule])[]): Rules<Rule> {
  const root = new Branch<Rule>();
  for (const [path, rule] of paths) {
    let branch = root;
    for (const key of path.split('.')) branch = branch.grow(key);
    branch.rule = rule;
  }
  return root;
}

class Branch<Rule> implements Rules<Rule> {
  rule: Rule | undefined;
  private readonly branches = new Map<string, Branch<Rule>>();

  at(key: string): Branch<Rule> | undefined {
    return this.branches.get(key) ?? this.branches.get('*');
  }

  grow(key: string): Branch<Rule> {
    const branch = this.branches.get(key) ?? new Branch<Rule>();
    this.branches.set(key, branch);
    return branch;
  }
}
