import { EngineError } from '../../errors.ts';

/** Control characters by their name, as in `ctrl-[`. */
const controls = '@abcdefghijklmnopqrstuvwxyz[\\]^_';

/** `ctrl-p,ctrl-q`, `ctrl-x,a` → the bytes; empty: the engine's own. @throws EngineError for a name of no key */
export function parseDetachKeys(text: string): Buffer {
  const names = (text || 'ctrl-p,ctrl-q').split(',');
  return Buffer.from(
    names.map(name => {
      if (name.length === 1) return name.charCodeAt(0);
      const control = name.length === 6 && name.startsWith('ctrl-') ? controls.indexOf(name.charAt(5)) : -1;
      if (control === -1) throw new EngineError(400, `Invalid detach keys (${text}) provided`);
      return control;
    }),
  );
}

/**
 * What a terminal's client types, until it types the keys. The first of them are held back until it is known whether the
 * others follow.
 */
export function withoutDetachKeys(
  keys: Buffer,
  { type, detach }: { readonly type: (bytes: Buffer | undefined) => void; readonly detach: () => void },
): (bytes: Buffer | undefined) => void {
  let held = 0;
  let isDetached = false;
  return bytes => {
    if (isDetached) return;
    if (bytes === undefined) {
      type(undefined);
      return;
    }
    const typed: number[] = [];
    for (const byte of bytes) {
      if (byte !== keys[held]) {
        typed.push(...keys.subarray(0, held));
        held = 0;
      }
      if (byte === keys[held]) held += 1;
      else typed.push(byte);
      isDetached = held === keys.length;
      if (isDetached) break;
    }
    // What is typed together with the keys is echoed to nobody.
    if (isDetached) detach();
    if (typed.length > 0) type(Buffer.from(typed));
  };
}
