/**
 * The verdicts in what `test-apiv2` prints.
 *
 * A passed assertion is told with what was expected, a failed one has it on the next line, and one that was skipped has
 * it in the test's own words: the name is made the same for all three, and free of what differs each time. What was
 * expected may be bytes without an end of line, so a verdict may stand behind them.
 *
 * @returns {Map<string, 'pass' | 'fail' | 'skip'>}
 */
export function parseTap(output) {
  const verdicts = new Map();
  const lines = output.split('\n');
  for (const [at, line] of lines.entries()) {
    const [, not, words] = /(not )?ok \d+ \[[\w-]+\] (.*)$/.exec(line) ?? [];
    if (words === undefined) continue;
    const isSkipped = words.includes(' # skip');
    const expected = not ? (/^#\s+expected: (.*)$/.exec(lines[at + 1] ?? '')?.[1] ?? '') : '';
    const name = nameOf(words, expected);
    let unique = name;
    for (let count = 2; verdicts.has(unique); count++) unique = `${name} (${count})`;
    verdicts.set(unique, isSkipped ? 'skip' : not ? 'fail' : 'pass');
  }
  return verdicts;
}

function nameOf(words, expected) {
  const whole = /^(~|!=)/.test(expected) ? `${words}${expected}` : expected === '' ? words : `${words}=${expected}`;
  return whole
    .replace(/ # skip.*$/, '')
    .replace(/ \('.*'\) ~ /, '~')
    .replace(/~ /, '~')
    .replace(/ ?: /, ' : ')
    .replace(/!=.*$/, '!=')
    .replace(/\b[0-9a-f]{12,64}\b/g, '<id>')
    .replace(/\/\S*\/(?=test-apiv2\.)\S*?tmp\.\w+/g, '<tmp>')
    .replace(/\b\d{10}(\.\d+)?\b/g, '<time>')
    .replace(/\d+ seconds/, '<time>');
}
