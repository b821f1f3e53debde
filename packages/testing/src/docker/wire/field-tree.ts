/**
 * Paths of fields, from a short form of them: `a b{c d.*}` is `a`, `b.c` and `b.d.*`.
 *
 * `*` is any key, `**` all that is below.
 */
export function fieldPaths(tree: string): readonly string[] {
  const paths: string[] = [];
  const parents: string[] = [];
  for (const [, name = '', mark] of tree.matchAll(/([^\s{}]*)([{}\s]|$)/g)) {
    const path = [...parents, name].join('.');
    if (mark === '{') parents.push(name);
    else if (name !== '') paths.push(path);
    if (mark === '}') parents.pop();
  }
  return paths;
}
