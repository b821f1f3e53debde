import { expect, test } from 'vitest';
import { isSameSecret } from './signature.ts';

test('the same secret is the same, and no other is, whatever its length', () => {
  expect(isSameSecret('correct horse', 'correct horse')).toBe(true);
  for (const wrong of ['', 'correct hors', 'correct horsf', 'correct horse ', 'Correct horse']) {
    expect(isSameSecret(wrong, 'correct horse')).toBe(false);
  }
});
