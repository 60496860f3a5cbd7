/**
 * Verbs for actions that take something away, close it or cut it off, by class; general vocabulary, no product or tool.
 * `plain` words are never anything but the verb; `atStart` are also nouns or adjectives and ask at the beginning of a
 * clause only; `asks` are said by people and name no tool. `foreign` are beginnings of words (whole words with `$`) of
 * German, French, Spanish, Italian, Portuguese, Dutch and Russian, and of Chinese, Japanese and Korean.
 */
interface EndingVocabulary {
  readonly plain: string;
  readonly atStart: string;
  readonly asks?: string;
  readonly tools?: string;
  readonly phrases: readonly string[];
  readonly foreign: string;
}

export const endings = ['remove', 'cancel', 'revoke', 'stop', 'close', 'reset'] as const;
export type Ending = (typeof endings)[number];

/** What stands inside a phrase: `take the old page down`. */
const between = String.raw`(?:\S{1,64} ){0,4}?`;

const vocabularies: Readonly<Record<Ending, EndingVocabulary>> = {
  remove: {
    plain: 'delete remove erase purge destroy uninstall unlink discard truncate shred obliterate unpublish eliminate',
    atStart: 'clear clean drop wipe trash prune scrap',
    tools: 'rm del rmdir',
    phrases: [
      'get rid of',
      `throw ${between}(?:away|out)`,
      `take ${between}(?:down|off)`,
      'free up',
      `clean ${between}up`,
    ],
    foreign:
      'lösch entfern vernicht beseitig supprim effac enlev détrui elimin borra$ borrar borre$ suprim quita$ quitar rimuov cancella$ cancellare cancellate$ ' +
      'apaga apague excluir exclua$ exclui$ verwijder удали удаля сотри 删除 移除 清除 刪除 削除 삭제 제거',
  },
  cancel: {
    plain: 'cancel abort rescind unsubscribe annul unbook',
    atStart: 'void withdraw undo dismiss retract decline',
    phrases: [`call ${between}off`, 'opt out', 'sign off'],
    foreign:
      'stornier canceln cancela$ cancelar cancele$ kündig abbrech absag annul résili anula disdi annuleer afzeg opzeg отмени отменя 取消 キャンセル 解約 취소',
  },
  revoke: {
    plain:
      'revoke expel evict unshare invalidate disable deactivate suspend deprovision unassign deauthorize deauthorise',
    atStart: 'ban kick block restrict',
    phrases: [`(?:turn|switch|shut|cut) ${between}off`, 'take away', `lock ${between}out`],
    foreign:
      'widerruf sperre$ sperren entzieh deaktivier abschalt révoqu désactiv bloqu revoc desactiv disattiv blocc revog ' +
      'desativ intrek blokkeer uitschakel отозв заблок отключ 撤销 撤銷 禁用 停用 封禁 비활성 차단',
  },
  stop: {
    plain: 'terminate decommission',
    atStart: 'kill stop halt end quit',
    tools: 'shutdown',
    phrases: [`shut ${between}down`, `power ${between}(?:down|off)`, `wind ${between}down`],
    foreign:
      'beende stoppe$ stoppen arrêt detén detener ferma$ fermare terminar parar encerr останови прекрати 停止 终止 중지 종료',
  },
  close: {
    plain: '',
    atStart: 'close shut',
    asks: 'resolve archive finish complete end',
    phrases: [`mark ${between}(?:closed|done|resolved|completed?)`],
    foreign:
      'schließ schliess ferme$ fermer fermez clôtur cierr cerrar chiud fechar feche$ sluit закрой закры 关闭 關閉 閉じ 닫',
  },
  reset: {
    plain: 'overwrite revert',
    atStart: 'reset restore format rollback',
    asks: 'replace',
    phrases: [`roll ${between}back`, 'start over', `set ${between}back`],
    foreign:
      'zurücksetz überschreib réinitialis restablec reinici riprist redefinir terugzet сброс 重置 リセット 초기화',
  },
};

/** Classes whose words may stand for a tool of this one, where they are said of the same kind of thing. */
export const relatedEndings: Readonly<Record<Ending, readonly Ending[]>> = {
  remove: ['cancel', 'revoke', 'stop'],
  cancel: ['remove', 'revoke', 'stop', 'close'],
  revoke: ['remove', 'cancel', 'stop'],
  stop: ['cancel', 'remove', 'close', 'revoke'],
  close: ['stop', 'cancel'],
  reset: ['remove', 'cancel'],
};

const wordsIn = (list: string): string[] => list.split(' ').filter((word) => word !== '');
const withoutSpaces = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

const byVerb = new Map<string, Ending>();
for (const ending of endings) {
  const { plain, atStart, tools = '' } = vocabularies[ending];
  for (const verb of wordsIn(`${plain} ${atStart} ${tools}`)) byVerb.set(verb, ending);
}
/** Nouns and participles of other languages are no request. */
const noRequest = String.raw`(?!ung|é|ad[oa]|at[oaie]|azion|aci|aç|ation)`;
const foreignOf = ({ foreign }: EndingVocabulary): string =>
  anyOf(
    wordsIn(foreign)
      .filter((beginning) => !withoutSpaces.test(beginning))
      .map((word) => (word.endsWith('$') ? word.replace('$', String.raw`(?!\p{L})`) : `${word}${noRequest}`)),
  );
const foreignVerbs = endings.map((ending) => {
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

/** Whether a clause, normalised, has words by which people ask for such an ending. Words behind a `"` are quoted. */
export function asksForEnding(ending: Ending, clause: string): boolean {
  return askPatterns[ending].test(clause);
}

const before = String.raw`(?<![\p{L}\p{N}"_-])`;
const after = String.raw`(?![\p{L}\p{N}_-])`;
/** In front of a word that asks at the beginning of a clause. */
const lead = String.raw`(?:^[^\p{L}"]{0,8}|${before}(?:please|to|also|just|then|you|now|kindly|must|should|could|can|would|will|help|me|by|and|or|so|go|let s|lets|ask|asks|it|them) )`;
/** Where such a word is none: `close to`, `end of the month`, `drop me a line`. */
const noObject = String.raw`(?! (?:of|to|by|by|me|us|him|her|off|in|at|on)${after})`;
/** In front of a participle that asks: `get it deleted`, `should be deleted`. */
const wish = String.raw`(?:(?:get|want|have|need|like) (?:\S{1,64} ){1,4}?|(?:needs?|has|have|ought|want \S{1,64}|like \S{1,64}) to be |(?:should|must|can|could|shall|may|please|let \S{1,64}) be )`;

const askPatterns = Object.fromEntries(
  endings.map((ending) => {
    const { plain, atStart, asks = '', phrases, foreign } = vocabularies[ending];
    const verbs = wordsIn(plain);
    const started = wordsIn(`${atStart} ${asks}`);
    const wide = wordsIn(foreign).filter((beginning) => withoutSpaces.test(beginning));
    const patterns = [
      verbs.length === 0 ? '' : `${before}${anyOf(verbs.map((verb) => `${verb}|${ingOf(verb)}`))}${after}`,
      `${lead}${anyOf(started)}${after}${noObject}`,
      `${before}${wish}${anyOf([...verbs, ...started].map(participleOf))}${after}`,
      `${before}${anyOf(phrases)}${after}`,
      `${before}${foreignOf(vocabularies[ending])}`,
      anyOf(wide),
    ];
    return [ending, new RegExp(patterns.filter((pattern) => pattern !== '').join('|'), 'u')];
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
