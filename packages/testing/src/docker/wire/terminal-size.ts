import { EngineError } from '../../errors.ts';
import type { EngineProfile } from '../engine-profile.ts';
import type { TerminalSize } from '../state/resize-container.ts';

/** @throws EngineError 400 unless both are numbers */
export function parseTerminalSize({ h, w }: Readonly<Record<string, string>>, profile: EngineProfile): TerminalSize {
  return { height: parseSide('height', h, profile), width: parseSide('width', w, profile) };
}

function parseSide(name: string, text = '', { isSince28 }: EngineProfile): number {
  if (/^\d+$/.test(text)) return Number(text);
  const what = isSince28 ? `invalid resize ${name} "${text}"` : `strconv.Atoi: parsing "${text}"`;
  throw new EngineError(400, `${what}: invalid syntax`);
}
