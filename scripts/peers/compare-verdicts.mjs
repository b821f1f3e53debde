/**
 * Compares verdict by verdict.
 *
 * @param {object} options
 * @param {Map<string, string>} options.expected  the real engine's
 * @param {readonly { tests: readonly string[], verdict: string, reason: string }[]} options.differences
 *   where the fake is known to differ; one that does not differ any more is a difference, too
 * @param {Map<string, string>} options.actual
 * @param {readonly string[]} options.filters  of files; what the engine was asked besides is not compared
 */
export function compareVerdicts({ expected, differences, actual, filters }) {
  const isAsked = name => filters.length === 0 || filters.some(filter => name.split(/ › |::/)[0].includes(filter));
  const reasons = new Map(differences.flatMap(each => each.tests.map(name => [name, each])));
  const names = [...new Set([...expected.keys(), ...actual.keys(), ...reasons.keys()])].filter(isAsked).sort();
  const equal = [];
  const explained = [];
  const differing = [];
  for (const name of names) {
    const wanted = expected.get(name) ?? 'absent';
    const got = actual.get(name) ?? 'absent';
    const known = reasons.get(name);
    if (known === undefined) (wanted === got ? equal : differing).push({ name, wanted, got });
    else if (wanted === got) differing.push({ name, wanted, got, reason: 'it no longer differs' });
    else if (known.verdict === got) explained.push({ name, wanted, got, reason: known.reason });
    else differing.push({ name, wanted, got, reason: `it was known to be “${known.verdict}”` });
  }
  return { equal, explained, differing };
}
