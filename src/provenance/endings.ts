import { limits } from '../base/limits.ts';
import { singular } from './manifest/nouns.ts';
import { wordsOf } from './normalise.ts';

/**
 * Verbs for actions that take something away, close it or cut it off, by class; general vocabulary, no product or tool.
 * `plain` words are never anything but the verb; `atStart` are also nouns or adjectives and ask at the beginning of a
 * clause only, those in `guarded` in front of what can be ended; `asks` are said by people and name no tool. `foreign` are beginnings of words (whole words with `$`) of
 * German, French, Spanish, Italian, Portuguese, Dutch and Russian, and of Chinese, Japanese and Korean.
 */
interface EndingVocabulary {
  readonly plain: string;
  readonly atStart: string;
  readonly guarded?: string;
  /** Nouns of the verb: who wants one wants it done (`initiate the cancellation of my flight`). */
  readonly nouns?: string;
  readonly asks?: string;
  readonly tools?: string;
  readonly phrases: readonly string[];
  readonly foreign: string;
}

export const endings = ['remove', 'cancel', 'revoke', 'stop', 'close', 'reset', 'move'] as const;
export type Ending = (typeof endings)[number];

/** What stands inside a phrase: `take the old page down`. */
const between = String.raw`(?:\S{1,64} ){0,4}?`;

const vocabularies: Readonly<Record<Ending, EndingVocabulary>> = {
  remove: {
    plain:
      'delete remove erase purge destroy terminate decommission uninstall unlink discard truncate shred obliterate unpublish eliminate',
    atStart: 'wipe trash prune scrap empty',
    guarded: 'clear clean drop',
    tools: 'rm del rmdir retire',
    nouns: 'deletion removal erasure',
    phrases: [
      'get(?:ting)? rid of',
      `throw(?:ing)? ${between}(?:away|out)`,
      `tak(?:e|ing) ${between}(?:down|off|out)`,
      'free(?:ing)? up',
      `tear(?:ing)? ${between}down`,
      `clean(?:ing)? ${between}up`,
    ],
    foreign:
      'lösch entfern vernicht beseitig supprim effac enlev détrui elimin borra$ borrar borre$ suprim quita$ quitar rimuov cancella$ cancellare cancellate$ ' +
      'apaga apague excluir exclua$ exclui$ verwijder удали удаля сотри 删除 移除 清除 刪除 削除 消し 삭제 제거',
  },
  cancel: {
    plain: 'cancel abort rescind unsubscribe annul unbook nix',
    nouns: 'cancellation annulment rescission',
    atStart: 'withdraw dismiss retract decline',
    guarded: 'void drop',
    tools: 'nullify',
    phrases: [
      `call(?:ing)? ${between}off`,
      `(?:pull|take|pulling|taking) ${between}back`,
      'opt out',
      'sign off',
      'pull(?:ing)? the plug on',
      String.raw`revers(?:e|ing)(?= (?:the|this|that|my|our|it)(?!\p{L}))(?! the order of)`,
    ],
    foreign:
      'stornier canceln cancela$ cancelar cancele$ kündig abbrech absag annul résili anula disdi annuleer afzeg opzeg отмени отменя 取消 キャンセル 解約 취소',
  },
  revoke: {
    plain:
      'revoke offboard expel evict unshare invalidate disable deactivate suspend deprovision unassign deauthorize deauthorise',
    atStart: 'ban kick restrict',
    guarded: 'block',
    nouns: 'revocation deactivation suspension',
    phrases: [`(?:turn|switch|shut|cut) ${between}off`, `take ${between}away`, `lock ${between}out`],
    foreign:
      'widerruf sperre$ sperren entzieh deaktivier abschalt révoqu désactiv bloqu revoc desactiv disattiv blocc revog ' +
      'desativ intrek blokkeer uitschakel отозв заблок отключ 撤销 撤銷 禁用 停用 封禁 비활성 차단',
  },
  stop: {
    plain: '',
    atStart: 'kill halt quit',
    guarded: 'stop end',
    tools: 'shutdown',
    phrases: [`shut ${between}down`, `power ${between}(?:down|off)`, `wind ${between}down`],
    foreign:
      'beende stoppe$ stoppen arrêt detén detener ferma$ fermare terminar parar encerr останови прекрати 停止 终止 중지 종료',
  },
  close: {
    plain: '',
    atStart: '',
    guarded: 'close shut',
    nouns: 'closure',
    asks: 'resolve archive finish complete end',
    phrases: [`mark ${between}(?:closed|done|resolved|completed?)`],
    foreign:
      'schließ schliess ferme$ fermer fermez clôtur cierr cerrar chiud fechar feche$ sluit закрой закры 关闭 關閉 閉じ 닫',
  },
  reset: {
    plain: 'overwrite revert',
    atStart: 'reset restore rollback undo',
    guarded: 'format',
    asks: 'replace',
    phrases: [`roll ${between}back`, 'start over', `set ${between}back`],
    foreign:
      'zurücksetz überschreib réinitialis restablec reinici riprist redefinir terugzet сброс 重置 リセット 초기화',
  },
  // What is moved is cancelled and booked again.
  move: {
    plain: '',
    atStart: '',
    asks: 'move reschedule rebook postpone shift swap',
    phrases: [`put ${between}(?:off|back)`],
    foreign:
      'verschieb umbuch verleg reprogram aplaza posponer reporter repouss spostare sposta$ adiar remarcar verzet$ verplaats перенес 改期 延期 変更 연기',
  },
};

/** Classes whose words may stand for a tool of this one, where they are said of the same kind of thing. */
export const relatedEndings: Readonly<Record<Ending, readonly Ending[]>> = {
  remove: ['cancel', 'revoke', 'stop'],
  cancel: ['remove', 'revoke', 'stop', 'close', 'move'],
  revoke: ['remove', 'cancel', 'stop'],
  stop: ['cancel', 'remove', 'close', 'revoke'],
  close: ['stop', 'cancel'],
  reset: ['remove', 'cancel'],
  move: [],
};

const wordsIn = (list: string): string[] => list.split(' ').filter((word) => word !== '');
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const byVerb = new Map<string, Ending>();
for (const ending of endings) {
  const { plain, atStart, guarded = '', tools = '' } = vocabularies[ending];
  for (const verb of wordsIn(`${plain} ${atStart} ${guarded} ${tools}`)) byVerb.set(verb, ending);
}
/** Nouns and participles of other languages are no request. */
const noRequest = String.raw`(?!ung|é|ad[oa]|at[oaie]|azion|aci|aç|ation)`;
const foreignOf = ({ foreign }: EndingVocabulary): string =>
  anyOf(
    wordsIn(foreign)
      .filter((beginning) => !withoutSpaces.test(beginning))
      .map((word) => (word.endsWith('$') ? word.replace('$', String.raw`(?!\p{L})`) : `${word}${noRequest}`)),
  );
/** Who moves something says so, but a tool that moves something ends nothing. */
const ofTools = endings.filter((ending) => ending !== 'move');
const foreignVerbs = ofTools.map((ending) => {
  const wide = wordsIn(vocabularies[ending].foreign).filter((beginning) => withoutSpaces.test(beginning));
  return [ending, new RegExp(`^(?:${foreignOf(vocabularies[ending])}|.*${anyOf(wide)})`, 'u')] as const;
});

/** What a verb of a tool's name ends; undefined when it ends nothing that is known. */
export function endingOfVerb(verb: string): Ending | undefined {
  return byVerb.get(verb) ?? foreignVerbs.find(([, pattern]) => pattern.test(verb))?.[0];
}

/** The same for words that no other vocabulary of tools' verbs knows: those of other languages. */
export function foreignEnding(word: string): Ending | undefined {
  return byVerb.has(word) || /^[a-z]{1,3}$/.test(word) ? undefined : endingOfVerb(word);
}

/** What a clause asks to be ended. */
export interface AskedObject {
  /** Words of what is named, up to the first preposition; where the verb may stand behind it, those of the clause. */
  readonly words: readonly string[];
  /** The same as it stands there. */
  readonly text: string;
  readonly isClause: boolean;
}

/** Words of phrases themselves. */
const particles = new Set(
  (
    'get getting rid of throw throwing away out take taking pull pulling down off free freeing up tear tearing clean cleaning call calling opt sign ' +
    'turn switch shut cut lock power wind mark as closed done resolved complete completed roll back start over set plug on reverse reversing the'
  ).split(' '),
);
const prepositions = /(?<!\p{L})(?:from|in|on|of|at|for|with|by|about|inside|within|into|to|as)(?!\p{L})/u;
const determiner =
  /^(?:the|my|our|your|his|her|its|their|this|that|these|those|all|any|every|each|both|it|them|him|everything|everyone|whoever|whatever|old|stale|up|out|\S*\d\S*)$/;

/**
 * What a clause, normalised, asks to be ended by words of this class. Words behind a `"` are quoted and ask for nothing.
 * @param nouns of the tool: one of them shows that a word that may be an adjective is a verb
 */
export function askedObjects(ending: Ending, clause: string, nouns: readonly string[]): AskedObject[] {
  const found: AskedObject[] = [];
  for (const match of clause.matchAll(askPatterns[ending])) {
    // Who says it more often than that has said it.
    if (found.length >= limits.askedObjectsMax) break;
    const { guarded, phrase = '', whole, noun } = match.groups ?? {};
    const end = match.index + match[0].length;
    const rest = clause.slice(end, end + limits.namingLengthMax);
    if (whole !== undefined) {
      const text = clause.slice(0, limits.namingLengthMax);
      found.push({ words: wordsOf(text), text, isClause: true });
    } else if (noun !== undefined) {
      // What is ended stands behind it, or was said before.
      const [, text = 'it'] = ofNoun.exec(rest) ?? [];
      found.push({ words: wordsOf(text), text, isClause: false });
    } else {
      const [object = ''] = rest.split(prepositions, 1);
      const inside = wordsOf(phrase).filter((word) => !particles.has(word));
      // `take the first one off my list`: what stands inside is ended.
      const named = inside.length > 0 ? inside : wordsOf(object);
      // `remove from calendar`: what is ended was said before.
      const words = named.length > 0 ? named : wordsOf(rest);
      const next = / (\S+)/.exec(rest)?.[1] ?? '';
      const isVerb = determiner.test(next) || nouns.includes(singular(words[0] ?? '')) || / from /.test(rest);
      if (guarded === undefined || isVerb) found.push({ words, text: `${phrase} ${object}`, isClause: false });
    }
  }
  return found;
}

/** In front of a noun of a verb, where it is asked for; and what stands between it and what it is of. */
const wanting = String.raw`(?:initiate|start|begin|proceed with|go ahead with|continue with|request|require|need|want|process|perform|execute|arrange|manage|handle|complete|confirm|make)`;
const ofNoun = /^(?: (?:process|procedure|request))?(?: (?:of|for)(?! (?:me|us|now)(?!\p{L})) (.+))?/u;
const noNoun = String.raw`(?! (?:fees?|polic\p{L}*|charges?|terms|costs?|insurance|windows?|periods?|deadlines?|e-?mails?|numbers?|reasons?|dates?)(?!\p{L}))`;

const before = String.raw`(?<![\p{L}\p{N}"_-])`;
const after = String.raw`(?![\p{L}\p{N}_-])`;
/** In front of a word that asks at the beginning of a clause. */
const lead = String.raw`(?:^[^\p{L}"]{0,8}|${before}(?:please|to|also|just|then|you|now|kindly|must|should|could|can|would|will|help|me|by|and|or|so|go|let s|lets|it|them) )`;
/** Where such a word is none: `close to`, `end of the month`, `drop me a line`. */
const noObject = String.raw`(?! (?:of|to|by|me|us|him|her|off|in|at|on)${after})`;
/** In front of a participle that asks: `get it deleted`, `should be deleted`. */
const wish = String.raw`(?:(?:get|want|have|need|like) (?:\S{1,64} ){1,4}?|(?:needs?|has|have|ought|want \S{1,64}|like \S{1,64}) to be |(?:should|must|can|could|shall|may|please|let \S{1,64}) be )`;

const askPatterns = Object.fromEntries(
  endings.map((ending) => {
    const { plain, atStart, guarded = '', asks = '', nouns = '', phrases, foreign } = vocabularies[ending];
    const verbs = wordsIn(plain);
    const started = wordsIn(`${atStart} ${asks}`);
    const wide = wordsIn(foreign).filter((beginning) => withoutSpaces.test(beginning));
    const participles = [...verbs, ...started, ...wordsIn(guarded)].map(participleOf);
    const patterns = [
      verbs.length === 0 ? '' : `${before}${anyOf(verbs.map((verb) => `${verb}|${ingOf(verb)}`))}${after}`,
      started.length === 0 ? '' : `${lead}${anyOf(started)}${after}${noObject}`,
      guarded === '' ? '' : `${lead}(?<guarded>${anyOf(wordsIn(guarded))})${after}${noObject}`,
      nouns === ''
        ? ''
        : `${before}${wanting} (?:(?:the|a|an|its|their|this) )?(?<noun>${anyOf(wordsIn(nouns))})${after}${noNoun}`,
      `${before}(?<phrase>${anyOf(phrases)})${after}`,
      `(?<whole>${before}${wish}${anyOf(participles)}${after}|${before}${foreignOf(vocabularies[ending])}|${anyOf(wide)})`,
    ];
    return [ending, new RegExp(patterns.filter((pattern) => pattern !== '').join('|'), 'gu')];
  }),
) as Record<Ending, RegExp>;

function anyOf(patterns: readonly string[]): string {
  return `(?:${patterns.join('|')})`;
}

function ingOf(verb: string): string {
  return verb.endsWith('e') ? `${verb.slice(0, -1)}ing` : `${verb}${verb.at(-1)}?ing`;
}

function participleOf(verb: string): string {
  return verb.endsWith('e') ? `${verb}d` : `${verb}${verb.at(-1)}?ed`;
}
