import type { Atom } from './atoms.ts';
import type { Evidence } from './evidence.ts';
import { actionOfVerb, actionOfWeakVerb } from './lexicon.ts';
import { documentNouns, publicationNouns, singular, textNouns } from './manifest/nouns.ts';
import { roles } from './names.ts';
import { wordsOf } from './normalise.ts';

/** Parts of a host's name that say nothing about whose it is. */
const plainLabels = new Set(['website', 'web', 'site', 'blog', 'page', 'online', 'home', 'my', 'the', 'mail', 'info']);

const functionWords = new Set(
  'the and for you your with this that these those them they from into what which when where who how has have had all any can could would was were are not but out our his her its one two more most some each then than about please today tomorrow'.split(
    ' ',
  ),
);

/** Whether a word stands in requests of all kinds, and so names nobody: a verb, a text, a mailbox of many. */
const isCommon = (word: string): boolean =>
  functionWords.has(word) ||
  roles.has(word) ||
  [documentNouns, publicationNouns, textNouns].some((nouns) => nouns.has(singular(word))) ||
  (actionOfVerb(word) ?? actionOfWeakVerb(word)) !== undefined;

/**
 * Whether untrusted text names somebody the user named: `dora@…` where the user spoke of Dora. Every word of the local part
 * or of the host's name has to be the user's, and none may hold a digit. What remains is a risk that is accepted and
 * documented: somebody else of that name.
 */
export function isNamedEntity(atom: Atom, evidence: Evidence): boolean {
  const name = nameIn(atom);
  if (atom.kind === 'account' || /\p{N}/u.test(name) || /[^ -~]/.test(atom.key)) return false;
  // `d.lind@…` where the user spoke of Lind.
  const main = atom.kind === 'address' ? name.replace(/^[a-z]\.(?=[a-z]{4})/, '') : name;
  const words = wordsOf(main.replaceAll('_', ' '));
  const named = words.filter((word) => word.length >= 3 && evidence.originOfWord(word) === 'user');
  if (named.every(isCommon)) return false;
  // Somebody whose address is known has no second one in a text, and no host imitates another script.
  if (atom.kind === 'address')
    return (
      (isWhole(words, named) || isKnownAs(words, named, evidence)) &&
      !evidence.knowsAddressOf(name) &&
      !evidence.knowsAddressOf(main)
    );
  const own = named.filter((word) => !plainLabels.has(word));
  return own.length > 0 && words.every((word) => named.includes(word) || plainLabels.has(word));
}

const isWhole = (words: readonly string[], named: readonly string[]): boolean =>
  named.length > 0 && named.length === words.length;

/** `fergal.shine@…`, where the user spoke of Fergal and a field of a record names Fergal Shine. */
const isKnownAs = (words: readonly string[], named: readonly string[], evidence: Evidence): boolean =>
  words.length === 2 && named.some((word) => word.length >= 4) && isOfRecord.has(evidence.originOf(words.join(' ')));

const isOfRecord: ReadonlySet<unknown> = new Set(['structured', 'trusted']);

/** The part in front of the `@`, or the host without its last label. */
function nameIn({ kind, key }: Atom): string {
  return kind === 'address' ? (key.split('@', 1)[0] ?? '') : key.slice(0, key.lastIndexOf('.'));
}
