import { limits } from '../base/limits.ts';
import type { Intent } from '../model/provenance.ts';
import type { ToolLabels } from '../model/tool-labels.ts';
import { asksForEnding, type Ending, endingOfVerb, relatedEndings } from './endings.ts';
import { intentOf } from './intent.ts';
import { singular } from './manifest/nouns.ts';
import { includesPhrase, normalise, wordsOf } from './normalise.ts';
import { shortTexts } from './short-texts.ts';

/** A part of what the user said that holds one thing to do. */
interface Clause {
  /** Normalised; a quoted word stands behind a `"`, so that it asks for nothing. */
  readonly text: string;
  /** Normalised, quotes undone: for names and values. */
  readonly plain: string;
  /** Nouns are compared in the singular. */
  readonly words: ReadonlySet<string>;
  /** What it says not to do. */
  readonly isNegated: boolean;
}

/** What of a user's words asks for a tool: it is settled, or it takes a value of the call that stands in one of these. */
type Judged = Intent | { readonly clauses: readonly string[] };

/**
 * What the user asked for in a run. A tool that ends something (it deletes, cancels, revokes, closes …) is asked for by a
 * verb of its class that is not negated, said of its kind of thing, of something pointed to (`it`, `the oldest`) or of a value of
 * the call. Judged once for each tool and each change of the words.
 */
export class UserRequest {
  #words: string | undefined;
  #length = 0;
  #clauses: readonly Clause[] = [];
  #judged = new Map<ToolLabels, Judged>();

  /** Whether the user's words are visible. */
  get isSeen(): boolean {
    return this.#words !== undefined;
  }

  /** Takes in what the user says. What is longer than is looked at asks for nothing. */
  add(text: string): void {
    const clauses = clausesOf(text.slice(0, Math.max(0, limits.userWordsLengthMax - this.#length)));
    this.#length += text.length;
    this.#clauses = [...this.#clauses, ...clauses];
    const asking = clauses.flatMap(({ plain, isNegated }) => (isNegated ? [] : [plain]));
    this.#words = [...(this.#words === undefined ? [] : [this.#words]), ...asking].join('\n');
    this.#judged = new Map();
  }

  intentOf(labels: ToolLabels, args: unknown): Intent {
    if (this.#words === undefined) return 'unseen';
    const judged = this.#judged.get(labels) ?? this.#judge(labels, this.#words);
    this.#judged.set(labels, judged);
    if (typeof judged === 'string') return judged;
    const named = shortTexts(args).some((text) =>
      judged.clauses.some((clause) => includesPhrase(clause, normalise(text))),
    );
    return named ? 'plausible' : 'implausible';
  }

  #judge(labels: ToolLabels, words: string): Judged {
    const { action, effect, verb } = labels;
    const ending = verb === undefined ? undefined : endingOfVerb(verb);
    if (action === 'delete') return this.#asked(ending ?? 'remove', labels);
    if (effect === 'destructive' && ending !== undefined && action !== 'secure') return this.#asked(ending, labels);
    // It can be undone: a word of the class is enough, but a word for some other change is not.
    if (action === 'update' && (ending === 'close' || ending === 'revoke')) {
      const classes = [ending, ...relatedEndings[ending]];
      const said = this.#clauses.some(
        ({ text, isNegated }) => !isNegated && classes.some((one) => asksForEnding(one, text)),
      );
      return said ? 'plausible' : 'implausible';
    }
    if (effect === 'destructive' && action === 'other') {
      const stem = verb !== undefined && verb.length > 4 ? verb.replace(/(?:e|s|es)$/, '') : verb;
      return stem !== undefined && wordsOf(words).some((word) => word.startsWith(stem)) ? 'plausible' : 'implausible';
    }
    return intentOf(action, words);
  }

  /** What is said later counts: a clause that says not to takes back what was asked before. */
  #asked(ending: Ending, { nouns = [] }: ToolLabels): Judged {
    const spoken = this.#clauses.some(({ words }) => nouns.some((noun) => words.has(noun)));
    let clauses: string[] | undefined;
    let isSettled = false;
    for (const clause of this.#clauses) {
      const own = asksForEnding(ending, clause.text);
      if (!own && !relatedEndings[ending].some((one) => asksForEnding(one, clause.text))) continue;
      if (clause.isNegated) {
        clauses = undefined;
        isSettled = false;
        continue;
      }
      const isNamed = nouns.some((noun) => clause.words.has(noun));
      const isPointed = (own || spoken) && [...clause.words].some((word) => pointing.test(word));
      // The thing has another name throughout: `remove the old report`, where the tool speaks of files.
      const isOtherwise = own && !spoken;
      if (isNamed || isPointed || isOtherwise) isSettled = true;
      clauses = [...(clauses ?? []), clause.plain];
    }
    if (isSettled) return 'plausible';
    return clauses === undefined ? 'implausible' : { clauses };
  }
}

/** Words that stand for a thing named elsewhere. */
const pointing =
  /^(?:it|them|this|these|those|both|all|everything|any|each|one|ones|latter|former|others?|rest|duplicates?|first|last|latest|same|\p{L}{3,12}est|es|ihn|diesen?|dieses|alle[ns]?|ça|cela|tous|toutes|eso|esto|tod[oa]s?|tutt[oiae]|questo|isso|isto)$/u;

/** English: what stands behind it is negated. */
const notBehind =
  /(?<![\p{L}"])(?:(?:do |does |did |must |should |may |will |would |can )?not|don t|dont|doesn t|didn t|mustn t|shouldn t|cannot|can t|won t|wouldn t|never|without|avoid|refrain from|instead of|rather than)(?!\p{L})/u;
/** Other languages: wherever it stands, the clause is negated. */
const notAnywhere =
  /(?<![\p{L}"])(?:nicht|nichts|keine?[nrsm]?|ohne|nie|niemals|ne|pas|sans|jamais|(?<!(?:are|has|have|is|with|there s|in) )no(?= \p{L})|sin|nunca|non|senza|mai|não|nao|sem|niet|geen|zonder|nooit|не|без|никогда)(?!\p{L})|[不别勿別]|ないで|しないで|지 마|말고/u;
/** It negates nothing of what is to be done. */
const noNegation =
  /(?<!\p{L})(?:(?:do not|don t|dont|never) (?:forget|hesitate|fail|worry|mind)|no (?:longer|later|one|more|need|idea|problem)|not (?:only|yet|already)|if not|(?:i|we|they|it|he|she|which|who|that) (?:(?:do|does|did|is|are|was|were|have|has|had|can|could) ?not|(?:don|doesn|didn|isn|aren|wasn|weren|haven|hasn|can|couldn) t|dont)(?! (?:want|wish|like|allow|intend|\p{L}{1,32} you)(?!\p{L})))(?!\p{L})/gu;
/** It tells what not to do, for what follows in the sentence as well: `do not delete, close or cancel anything`. */
const prohibition =
  /(?:^|(?<=please |you |and |also |but |to ))(?:do not|don t|dont|never|not|must not|mustn t|should not|shouldn t|may not|avoid|refrain|without)(?!\p{L})|(?:not|don t|dont) (?:want|wish|like|allow)/u;
/** Where what was prohibited ends. */
const turn =
  /^(?:but|then|instead|just|rather|only|however|please|so|if|when|sondern|aber|mais|pero|sino|mas|maar|но)(?!\p{L})/u;

const sentenceEnd = /[.!?;:\n]+(?=\s|$|[^\p{L}\p{N}/\\])|[\n。！？；]/u;
const clauseEnd =
  /[,，、()]|(?<![\p{L}"])(?=(?:and|but|then|or|if|when|while|before|after|unless|because|so|und|aber|oder|sondern|dann|et|mais|ou|puis|y|pero|luego|sino|poi|maar|daarna|и|но|или|затем)(?!\p{L}))/iu;

/** Cuts a text into clauses; what English negates behind a verb is a clause of its own. */
function clausesOf(text: string): Clause[] {
  return markQuoted(text)
    .split(sentenceEnd)
    .flatMap((sentence) => {
      let isCarried = false;
      return sentence.split(clauseEnd).flatMap((part): Clause[] => {
        const normalised = normalise(part.replaceAll('"', '\u0001')).replaceAll('\u0001', '"');
        const bare = normalised.replace(/^(?:and|or|und|oder|et|ou|y|и|или) /u, '');
        if (turn.test(bare)) isCarried = false;
        const said = bare.replace(noNegation, ' ');
        const at = notBehind.exec(said)?.index ?? said.length;
        const isNegated = isCarried || notAnywhere.test(said);
        if (prohibition.test(said)) isCarried = true;
        return [clauseOf(said.slice(0, at), isNegated), clauseOf(said.slice(at), true)].flatMap((one) => one ?? []);
      });
    });
}

function clauseOf(text: string, isNegated: boolean): Clause | undefined {
  const plain = text.replaceAll('"', '');
  const words = new Set(wordsOf(plain).map(singular));
  return words.size === 0 ? undefined : { text, plain, words, isNegated };
}

/** Puts a `"` in front of every word that stands in quotes, and takes the quotes away. */
function markQuoted(text: string): string {
  return text
    .normalize('NFKC')
    .replace(
      /"([^"\n]{1,2000})"|“([^“”\n]{1,2000})”|«([^«»\n]{1,2000})»|„([^„“”\n]{1,2000})[“”]|(?<![^\s(])['‘]([^'‘’\n]{1,400})['’](?![\p{L}\p{N}])/gu,
      (_, ...found) => {
        const inner = found.slice(0, 5).find((part): part is string => typeof part === 'string') ?? '';
        return inner.replace(/[\p{L}\p{N}]+/gu, (word) => `"${word}`);
      },
    );
}
