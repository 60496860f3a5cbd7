import type { ToolAction } from '../model/tool-labels.ts';

/**
 * English words by kind of action; general vocabulary, no product or tool. `verbs` name tools (`create_event`),
 * `weak` do so only at the beginning of a name, where they are also nouns (`order`, `message`); `asks` are the beginnings of
 * words by which people ask for such an action, with a `$` whole words and their inflections.
 */
interface Vocabulary {
  readonly verbs: string;
  readonly weak?: string;
  readonly asks: string;
  /** Those that are also nouns: they ask at the beginning of a clause only. */
  readonly asksAtStart?: string;
}

const vocabularies: Readonly<Record<Exclude<ToolAction, 'other'>, Vocabulary>> = {
  read: {
    verbs:
      'get list search find read fetch lookup retrieve query show view describe count check inspect display scan ' +
      'summarize summarise analyze analyse compare calculate compute detect explain preview status stat ' +
      'head tail grep ls cat diff recommend estimate translate parse extract exists track',
    weak: 'look peek see monitor measure',
    asks: '',
  },
  fetch: {
    verbs: 'browse navigate visit crawl scrape download goto curl wget',
    weak: 'open',
    asks:
      'web website webpage page url link article site blog visit brows online internet http https post read look search ' +
      'open download fetch crawl research news documentation docs readme repo instruct find check view summar review learn explor compar',
  },
  create: {
    verbs:
      'create add append insert write save upload make generate compose new put store schedule plan register enroll ' +
      'open clone fork copy import duplicate init initialize compile push commit',
    weak: 'draft record log file note request',
    asks:
      'creat add$ mak schedul book reserv setup set append writ sav put new plan organi invit remind open regist appoint ' +
      'recur generat prepar draft compos build upload insert stor copy clon start duplicat draft jot track enrol enter submit publish push commit fork launch ' +
      'again repeat redo recreat',
    asksAtStart: 'record log file note',
  },
  update: {
    verbs:
      'update set change modify edit adjust rename reschedule move correct replace increase decrease patch configure ' +
      'mark assign toggle enable disable turn switch activate deactivate lock unlock start stop pause resume close reopen ' +
      'merge exchange return approve reject complete resolve apply sync restart refresh star rate tag link unlink connect attach pull rebase rotate',
    weak: 'label pin archive',
    asks:
      'updat chang modif edit giv exchang return refund reassign transfer adjust renam reschedul mov set correct fix replac increas decreas adapt refresh reset restor ' +
      'mark assign toggl enabl disabl turn switch activat deactivat lock unlock start stop paus resum clos reopen merg ' +
      'approv reject complet resolv apply sync restart configur patch rais lower dim scal doubl halv redirect rerout roll revert undo ack acknowledg silenc mut overrid waiv postpon swap add$ label tag mak put sav extend shorten shift bump upgrad downgrad migrat archiv pin star vot publish organi dim',
    asksAtStart: 'fix hand tick flag hold accept decid log',
  },
  delete: {
    verbs:
      'delete remove cancel clear drop erase purge destroy revoke unsubscribe uninstall kick ban truncate wipe kill terminate trash unshare discard ' +
      'abort annul decommission del deprovision evict expel invalidate obliterate rescind rm rmdir shred suspend unpublish void nullify offboard retire',
    asks: 'delet remov cancel clear drop unsubscrib clean eras kick ban purg destroy revok uninstall wip get-rid discard trash terminat prun withdraw undo declin free-up void',
  },
  send: {
    verbs: 'send reply respond forward notify publish broadcast submit tweet dm sms announce tell dial',
    weak: 'post email mail message comment text alert report contact call',
    asks:
      'send sent writ repl respond answer forward tell notif inform ask shar remind say confirm greet thank congrat invit publish announc ' +
      'welcom wish warn deliver redirect let submit register fill-in fill-out ping tweet leav note past propos explain escalat apologi sorry relay convey dispatch pass-on pass-along reach-out get-in-touch',
    asksAtStart: 'email e-mail mail messag post sms contact comment report call text alert review dm chas',
  },
  share: {
    verbs: 'share invite grant expose permit authorize authorise subscribe collaborate',
    asks: 'shar send sent forward invit add$ giv grant access permission collaborat member guest author let join onboard assign public',
  },
  pay: {
    verbs:
      'pay payout disburse remit transfer purchase buy refund charge withdraw deposit donate wire reimburse sell trade tip',
    weak: 'checkout fund',
    asks:
      'pay paid overcharg compensat transfer send refund buy purchas settl reimburs deposit donat subscri recur standing saving instalment installment payout check-out sell trad ' +
      'bezahl überweis überweise begleich payer payez règl pagar paga pague pagare betaal betal оплат ' +
      'top-up withdraw owe cover split place-order place-the-order place-an-order place-my-order place-that-order procur acquir secure-a$ secure-an$ secure-some$ fund$',
    asksAtStart: 'order charge tip wire rent',
  },
  book: {
    verbs: 'book reserve rent hire place',
    weak: 'order',
    asks: 'book reserv order reorder add$ put rent hir stay ticket appoint schedul plac buy purchas sign-up procur acquir secure-a$ secure-an$ secure-some$',
    asksAtStart: 'take grab',
  },
  secure: {
    verbs: '',
    asks:
      'password passcode passphrase credential login log-in signin sign-in secur compromis hack authenticat permission ' +
      'access role key token pin-code pin-number mfa 2fa secret rotat reset admin privileg allow promot demot elevat trusted moderator',
  },
  run: {
    verbs: 'execute run eval exec invoke trigger deploy launch spawn install shell bash',
    weak: 'command script build test',
    asks: 'execut run eval invok trigger deploy launch install script command shell test build compil start',
  },
};

/** Actions that change something. */
export const effectful: readonly ToolAction[] = ['create', 'update', 'send', 'share', 'pay', 'run', 'delete'];

const actionsByVerb = new Map<string, ToolAction>();
const actionsByWeakVerb = new Map<string, ToolAction>();
for (const [action, { verbs, weak }] of entries(vocabularies)) {
  for (const verb of wordsIn(verbs)) if (!actionsByVerb.has(verb)) actionsByVerb.set(verb, action);
  for (const verb of wordsIn(weak ?? '')) actionsByWeakVerb.set(verb, action);
}

/** The action a verb of a tool's name means, however it stands there. */
export function actionOfVerb(word: string): ToolAction | undefined {
  return actionsByVerb.get(word);
}

/** The action a word means at the beginning of a name, where it may also be a noun elsewhere. */
export function actionOfWeakVerb(word: string): ToolAction | undefined {
  return actionsByWeakVerb.get(word);
}

/** Utilities of POSIX and the like, where a tool is called just that: most of their names are other things in a longer name. */
const programs: readonly (readonly [ToolAction, string])[] = [
  [
    'read',
    'cd pwd du wc sort uniq df stat which whoami uname hostname date cal id env cut nl cmp comm more less basename dirname',
  ],
  ['create', 'mkdir touch cp ln'],
  ['update', 'mv'],
  ['secure', 'chmod chown chgrp'],
];
const actionsByProgram = new Map(programs.flatMap(([action, names]) => names.split(' ').map((name) => [name, action])));

/** What a tool does that has the name of a program for files and the like. */
export function actionOfProgram(name: string): ToolAction | undefined {
  return actionsByProgram.get(name);
}

/** Where a clause of a request begins: a sign, a conjunction, or what makes it polite. */
const clauseStart = String.raw`(?:^|[.,;:!?()-] ?|(?<!\p{L})(?:please|kindly|and|then|to|also|or|you|now|just|first|by|via|let s|lets|\d[.)]) )`;

const askPatterns = new Map<ToolAction, RegExp>(
  entries(vocabularies).flatMap(([action, { asks, asksAtStart = '' }]): [ToolAction, RegExp][] => {
    if (asks === '') return [];
    const anywhere = String.raw`(?<!\p{L})${anyOf(asks)}`;
    const atStart = asksAtStart === '' ? '' : `|${clauseStart}${anyOf(asksAtStart)}`;
    return [[action, new RegExp(`${anywhere}${atStart}`, 'mu')]];
  }),
);

function anyOf(stems: string): string {
  return `(?:${wordsIn(stems)
    .map((stem) => stem.replaceAll('-', '[ -]?').replace('$', String.raw`(?:s|ed|ing)?(?!\p{L})`))
    .join('|')})`;
}

/** Whether a normalised text has a word by which people ask for such an action. */
export function asksFor(action: ToolAction, text: string): boolean {
  return askPatterns.get(action)?.test(text) ?? false;
}

/** Whether a normalised text begins with a word by which people ask for anything. */
export function beginsWithRequest(text: string): boolean {
  return beginning.test(text);
}
const beginning = new RegExp(
  `^${anyOf(
    Object.values(vocabularies)
      .map(({ asks, asksAtStart = '' }) => `${asks} ${asksAtStart}`)
      .join(' '),
  )}`,
  'u',
);

function wordsIn(list: string): string[] {
  return list.split(' ').filter((word) => word !== '');
}

function entries<K extends string, V>(record: Readonly<Record<K, V>>): [K, V][] {
  return Object.entries(record) as [K, V][];
}
