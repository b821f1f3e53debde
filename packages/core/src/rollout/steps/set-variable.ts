import { changeEnvFile } from '../../compose/env-file.ts';
import type { SetVariableStep } from '../../plan/step.ts';

export async function runSetVariable({ file, variable, from, to }: SetVariableStep): Promise<void> {
  await changeEnvFile(file, { name: variable, from, to });
}
