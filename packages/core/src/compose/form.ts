import { invalid } from './problem.ts';
import { entryOf, itemsOf, type Node, stringOf } from './tree.ts';
import { parseVolume } from './volume.ts';

/** Checks what no shape tells: the small languages of commands and mounts. A disabled service must obey too. */
export function checkForm(name: string, node: Node): void {
  for (const attribute of ['command', 'entrypoint']) {
    const command = entryOf(node, attribute);
    const words = stringOf(command);
    if (command !== undefined && words !== undefined && hasOpenQuote(words)) {
      throw invalid(
        command,
        `services.${name}.${attribute} has a quote that is not closed.`,
        'Close it, or escape it.',
      );
    }
  }
  for (const [index, item] of itemsOf(entryOf(node, 'volumes')).entries()) {
    const short = stringOf(item);
    const path = `services.${name}.volumes.${index}`;
    if (short !== undefined && parseVolume(short) === undefined) {
      throw invalid(item, `${path} is not SOURCE:TARGET:OPTIONS.`, 'Fill in what is empty; a variable may be unset.');
    }
    if (short === undefined && stringOf(entryOf(item, 'target')) === undefined) {
      throw invalid(item, `${path} has no target.`, 'Say where in the container it is mounted.');
    }
  }
}

/** Whether a shell would wait for more. */
function hasOpenQuote(words: string): boolean {
  let open = '';
  for (let index = 0; index < words.length; index += 1) {
    const character = words.charAt(index);
    if (character === '\\' && open !== "'") index += 1;
    else if (open === '' && (character === '"' || character === "'")) open = character;
    else if (character === open) open = '';
  }
  return open !== '';
}
