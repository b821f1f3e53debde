export function formatComparison(suite, { equal, explained, differing }) {
  const total = equal.length + explained.length + differing.length;
  const lines = differing.map(
    ({ name, wanted, got, reason }) => `${name}\n    engine: ${wanted}, here: ${got}${reason ? ` (${reason})` : ''}`,
  );
  const reasons = new Map();
  for (const { reason } of explained) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, count] of reasons) lines.push(`${count} differ: ${reason}`);
  const counts = `${equal.length} equal, ${explained.length} differ for a reason, ${differing.length} differ`;
  return [...lines, `${suite}: ${counts}, of ${total} in total`].join('\n');
}
