import { wordsOf } from './normalise.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Words that stand in nearly every English sentence, and in none of the languages below. */
const english = set(
  'the and for my you with this that please from what which when where how have has would could should your his their them they it there if but into about',
);

/** The same of German, French, Spanish, Italian, Portuguese, Dutch, Danish, Norwegian, Swedish, Polish, Czech and Turkish. */
const others = set(
  'der die das und ich bitte mir für auf nicht ein eine einen dem den ist mit von zu zum zur ' +
    'le la les des et je pour avec dans un une est du au aux pas que qui sur mon ma ' +
    'el los las una por para con es del mi lo se su ' +
    'il di che per non della dei delle gli alla nel ' +
    'os um uma com não da dos ao meu minha ' +
    'de het een en ik voor met niet naar op van mijn dat ' +
    'og jeg til på det av som att för och jag inte har ' +
    'proszę nie jest się na do prosím jsem bir ve için bu',
);

/** Letters of other scripts than the Latin one. */
const otherScript = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/** Whether a normalised text is surely not English: then an English vocabulary says nothing about what it asks for. */
export function isForeign(text: string): boolean {
  const words = wordsOf(text);
  if (words.some((word) => english.has(word))) return false;
  return otherScript.test(text) || words.filter((word) => others.has(word)).length >= 2;
}
