import { access } from 'node:fs/promises';

export const exists = file =>
  access(file).then(
    () => true,
    () => false,
  );
