import { limits } from '../../base/limits.ts';
import { Interpolated, isList, isMarker, Unknown, type Value } from '../../model/value.ts';

/**
 * Splits a shell command into words: blanks separate, quotes group, a backslash takes the next character as it is.
 * Operators (`&&`, `;`, `|`) stand alone, so that a word sequence is never matched over two commands. Nothing is expanded.
 *
 * @param newline what a line break is: the end of a command in a script, a blank where words are only listed
 */
export function splitCommand(text: string, newline: 'end' | 'blank' = 'end'): string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quote !== '') {
      if (char === quote) quote = '';
      else if (char === '\\' && quote === '"' && '"\\$`'.includes(text.charAt(at + 1) || ' '))
        word = (word ?? '') + text.charAt(++at);
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (char === '\\') {
      at++;
      if (text[at] !== '\n' && at < text.length) word = (word ?? '') + text.charAt(at);
    } else if (/\s/.test(char)) {
      end();
      if (char === '\n' && newline === 'end') words.push(';');
    } else if (';|&'.includes(char)) {
      end();
      const doubled = text[at + 1] === char;
      words.push(doubled ? char + char : char);
      if (doubled) at++;
    } else word = (word ?? '') + char;
  }
  end();
  return words;
}

const shells = new Set(['sh', 'bash', 'ash', 'dash', 'zsh']);

/**
 * The words a container runs, with the script behind `sh -c` taken apart too. Words that are not known stay markers.
 *
 * @param parts entrypoint and command, each a list (exec form) or a text (shell form)
 */
export function argumentsOf(parts: readonly (Value | undefined)[]): Value[] {
  const words: Value[] = [];
  for (const part of parts) {
    if (part === undefined || part === null) continue;
    if (isList(part)) words.push(...part);
    else if (typeof part === 'string') words.push(...splitCommand(part));
    else words.push(part);
  }
  const expanded: Value[] = [];
  for (const [index, word] of words.entries()) {
    const before = words[index - 1];
    const shell = words[index - 2];
    const isScript =
      typeof before === 'string' &&
      /^-[a-z]*c$/.test(before) &&
      typeof shell === 'string' &&
      shells.has(baseName(shell));
    if (isScript && typeof word === 'string') expanded.push(...splitCommand(word));
    else if (isScript && word instanceof Interpolated) expanded.push(...splitInterpolated(word));
    else if (word !== null && (typeof word !== 'object' || isMarker(word)))
      expanded.push(typeof word === 'object' ? word : String(word));
  }
  return expanded.length <= limits.instancesMax
    ? expanded
    : [...expanded.slice(0, limits.instancesMax), new Unknown('more arguments than the limit')];
}

function splitInterpolated(script: Interpolated): Value[] {
  return script.parts.flatMap((part): Value[] => (typeof part === 'string' ? splitCommand(part) : [part]));
}

/** The last element of a program's path: `/usr/bin/ollama` → `ollama`. */
export function baseName(word: string): string {
  return word.slice(word.lastIndexOf('/') + 1);
}
