import { limits } from '../../base/limits.ts';
import type { Effect } from '../../model/event.ts';
import type { ToolAction, ToolManifestEntry } from '../../model/tool-labels.ts';
import { actingVerbs } from '../dispatch.ts';
import { endingOfVerb, foreignEnding } from '../endings.ts';
import { actionOfProgram, actionOfVerb, actionOfWeakVerb } from '../lexicon.ts';
import { speaksOf, splitName } from '../names.ts';
import { caution } from './caution.ts';
import type { ToolDefinition } from './definition.ts';
import {
  cartNouns,
  confidentialityOfNouns,
  credentialNouns,
  documentNouns,
  factNouns,
  handOffNouns,
  invitedNouns,
  measuringNouns,
  moneyNouns,
  ownNouns,
  ownWritingWords,
  peopleNouns,
  placeNouns,
  publicationNouns,
  singular,
  textNouns,
  vagueNouns,
  webNouns,
} from './nouns.ts';

/**
 * Drafts the labels of a tool from its name, its arguments, their formats and its description. Annotations are hints of a
 * server that may not be trusted (MCP specification, tools): they raise a label, never lower one. What cannot be told gets
 * the cautious label.
 */
export function draftLabels(tool: ToolDefinition): ToolManifestEntry {
  const because: string[] = [];
  const words = splitName(ownName(tool.name));
  const { verb, action: named } = actionOf(tool, words, because);
  const action = raisedByHints(tool, named, verb, because);
  const effect = effectOf(tool, action, because);
  const nouns = words.map(singular);
  const object = objectOf(words, verb);
  const openRead = isRead(action) && tool.hints.openWorld === true;
  if (openRead) because.push('openWorldHint: reaches outside');
  const sends = openRead || sendsOut(action, nouns) || verb === 'push';
  const invited = sends || isRead(action) ? [] : invitedBy(tool);
  // What is changed may have guests of its own, who are told.
  const sendsOutBy = action === 'create' && invited.length > 0 && isKept(invited) ? invited : undefined;
  if (invited.length > 0) because.push(`argument \`${invited[0]}\`: who is named there is told`);
  return {
    name: tool.name,
    effect,
    action,
    untrustedOutput: openRead || returnsOthersWords(action, nouns, tool, object),
    sendsOut: sends || invited.length > 0,
    ...(sendsOutBy === undefined ? {} : { sendsOutBy }),
    confidentiality: confidentialityOf(tool, words, because),
    document: isRead(action) && isDocumentRead(tool, nouns),
    ...(isRead(action)
      ? {}
      : { verb: wordsKept(verb === undefined ? words.slice(0, 1) : [verb])[0], nouns: wordsKept(object) }),
    review: 'draft',
    because,
  };
}

/** Whether a manifest holds words as they are. */
const isKept = (words: readonly string[]): boolean => wordsKept(words).length === words.length;

function wordsKept(words: readonly string[]): string[] {
  return words.filter(({ length }) => length <= limits.manifestWordLengthMax).slice(0, limits.manifestWordsMax);
}

/** Without the server's name in front of it, as clients join them: `mcp__github__list_issues`. */
function ownName(name: string): string {
  const own = name.slice(name.lastIndexOf('__') + 2);
  return name.includes('__') && /\p{L}/u.test(own) ? own : name;
}

interface NamedAction {
  readonly action: ToolAction;
  readonly verb: string;
}

function actionOf(
  tool: ToolDefinition,
  words: readonly string[],
  because: string[],
): { readonly action: ToolAction; readonly verb?: string } {
  const named = actionOfName(words);
  const described = actionOfDescription(tool.description ?? '', named !== undefined);
  const raises =
    described !== undefined &&
    (named === undefined || ((isRead(named.action) || checking.has(named.verb)) && !isRead(described.action)));
  const found = raises ? described : named;
  if (found === undefined) {
    because.push('neither name nor description has a known verb: may do anything');
    return { action: 'other' };
  }
  because.push(`${raises ? 'description' : 'name'} has the verb \`${found.verb}\`: ${found.action}`);
  const refined = refine(found, words.map(singular), tool);
  if (refined !== found.action) because.push(`with its object or arguments: ${refined}`);
  return { action: refined, verb: found.verb };
}

/** Words of a name that are none of what it acts on, and those behind which other things stand. */
const joining = new Set('a all an and any my or the then'.split(' '));
const relating = new Set('at by for from in into of off on out to up with'.split(' '));

/** What a tool acts on: the words behind its verb up to a preposition, else those in front of it. */
function objectOf(words: readonly string[], verb: string | undefined): string[] {
  const at = words.indexOf(verb ?? words[0] ?? '');
  const nouns = (part: readonly string[]): string[] => [
    ...new Set(
      part.filter((word) => /\p{L}{2}/u.test(word) && !joining.has(word) && !relating.has(word)).map(singular),
    ),
  ];
  const rest = words.slice(at + 1);
  const end = rest.findIndex((word, index) => index > 0 && relating.has(word));
  const behind = nouns(end < 0 ? rest : rest.slice(0, end));
  return behind.length > 0 ? behind : nouns(words.slice(0, Math.max(0, at)));
}

/**
 * A verb at the beginning says what the tool does, and so does the first one that is never a noun: what stands before it is the name
 * of a service (`github_list_pull_requests`, `OakLockGetStatus`). Among others the most cautious one counts.
 */
function actionOfName(words: readonly string[]): NamedAction | undefined {
  const [only = '', ...more] = words;
  const ofProgram = more.length === 0 ? actionOfProgram(only) : undefined;
  if (ofProgram !== undefined) return { action: ofProgram, verb: only };
  if (more.length > 0 && asking.test(only)) return { action: 'read', verb: only };
  const strong = words.flatMap((verb, at) => {
    const action =
      actionOfDoubtful(verb, at, words) ?? actionOfVerb(verb) ?? actionOfUndoing(verb) ?? actionOfForeignVerb(verb);
    return action === undefined ? [] : [{ action, verb, at }];
  });
  const first = strong[0]?.at === 0 ? 0 : strong.find(({ verb }) => !alsoNouns.has(verb))?.at;
  // `search_and_delete` does both; `list_update_requests` lists.
  const counted = strong.filter(
    ({ at }) => first === undefined || at === first || (at > first && /^(?:and|or|then)$/.test(words[at - 1] ?? '')),
  );
  // `slack_post_message` posts; the last of several words is a noun.
  const at = words.findIndex(
    (word, index) => actionOfWeakVerb(word) !== undefined && index < Math.max(1, words.length - 1),
  );
  const weak = actionOfWeakVerb(words[at] ?? '');
  if (weak !== undefined && strong.length === 0) counted.push({ action: weak, verb: words[at] ?? '', at });
  return counted.sort((a, b) => caution.indexOf(a.action) - caution.indexOf(b.action))[0];
}

/** `is_member`, `can_send_mms`: a question is answered. */
const asking = /^(?:is|are|has|have|can|does|did|was|should)$/;

/** Verbs that read a form, a place or a file, and may do anything to another thing: `verify_address`, `verify_seller`. */
const checking = new Set('validate verify resolve recall convert load'.split(' '));
const checkedNouns = new Set(
  (
    'address phone iban vat format schema syntax json xml yaml config configuration input date time timezone url link signature checksum hash ' +
    'currency unit temperature host hostname domain dns path ip file document page dataset memory note fact'
  ).split(' '),
);

/** Of a verb that only sometimes reads: `check_out_cart`, `summarize_and_email`. */
function actionOfDoubtful(verb: string, at: number, words: readonly string[]): ToolAction | undefined {
  if (checking.has(verb))
    return words.some((word) => checkedNouns.has(singular(word))) ? 'read' : (actionOfVerb(verb) ?? 'other');
  if (verb === 'check' && /^(?:in|out)$/.test(words[at + 1] ?? '')) return 'other';
  const isSecond = words[at - 1] === 'and' && actionOfVerb(words[at - 2] ?? '') !== undefined;
  return isSecond ? actionOfWeakVerb(verb) : undefined;
}

/** Verbs of names that are nouns as well: in `get_pull_request` and `OakLockGetStatus` they are. */
const alsoNouns = new Set(
  (
    'lock pull order book link tag rate star place store plan schedule register check query view count track request report share transfer deposit ' +
    'purchase refund charge stop start permit grant access move copy fork clone post turn switch mark trade tip hire rent wire import show list search ' +
    'display load scan preview status stat head tail diff change replace exchange return attach import merge trigger script build test'
  ).split(' '),
);

/** `unstar`, `unpin`, `unassign`; but `unread` mails are not read back. */
function actionOfUndoing(word: string): ToolAction | undefined {
  const undone = /^un(\p{L}{3,})$/u.exec(word)?.[1] ?? '';
  const action = actionOfVerb(undone) ?? actionOfWeakVerb(undone);
  return action === undefined || isRead(action) ? undefined : 'update';
}

/** The vocabulary of other languages is that of endings: what is not known there stays the cautious `other`. */
function actionOfForeignVerb(verb: string): ToolAction | undefined {
  const ending = foreignEnding(verb);
  if (ending === undefined) return undefined;
  return ending === 'close' || ending === 'reset' || ending === 'stop' ? 'update' : 'delete';
}

/** Behind a verb that is also a noun: `Rent payments received` tells what there is, `Rent a car` what is done. */
const determiner =
  /^\S+ (?:an?|the|this|that|these|those|all|any|one|some|your|my|their|its|new|given|specified|selected|existing|multiple|several|\d+)(?!\p{L})/iu;

/** Says nothing but that there is a tool, and what it is part of: `This tool belongs to the ledger. Tool description: Add an entry.` */
const preface =
  /^(?:use )?(?:this|the) (?:tool|function|endpoint|method|operation|action|command)(?!\p{L})(?: (?:is|can be) used)?(?: (?:allows|lets|enables|helps) (?:you|users?|agents?|one))?(?: to(?= ))?/iu;

/** What a description begins with, or stands behind a preface. */
function beginningOf(description: string): string {
  for (const sentence of description
    .trim()
    .slice(0, 1_000)
    .split(/(?<=[.:;])\s+/)) {
    if (sentence.endsWith(':') && sentence.split(' ').length <= 3) continue;
    const said = sentence.replace(preface, '');
    if (said === sentence || verbOf(said) !== undefined) return said;
  }
  return '';
}

/** @param isStrict a name has said something else already */
function actionOfDescription(description: string, isStrict: boolean): NamedAction | undefined {
  if (isStrict && !determiner.test(description.trim())) return undefined;
  return verbOf(beginningOf(description));
}

/** A verb that a sentence begins with, but for one that another word makes a different one: `Log out the user`. */
function verbOf(sentence: string): NamedAction | undefined {
  if (/^\S+ (?:in|out|off)(?!\p{L})/u.test(sentence)) return undefined;
  const word = (splitName(sentence)[0] ?? '').replace(/^returns?$/, 'get');
  for (const verb of [word, word.replace(/s$/, ''), word.replace(/es$/, ''), word.replace(/ies$/, 'y')]) {
    const action = actionOfVerb(verb) ?? actionOfWeakVerb(verb);
    if (action !== undefined) return { action, verb };
  }
  return undefined;
}

const isRead = (action: ToolAction): boolean => action === 'read' || action === 'fetch';

/** What a verb means with its object: sending money is paying, adding a person is sharing. */
function refine({ action, verb }: NamedAction, nouns: readonly string[], tool: ToolDefinition): ToolAction {
  const has = (set: ReadonlySet<string>): boolean => nouns.some((noun) => set.has(noun));
  const takesPlace = tool.arguments.some(({ name, format }) => format === 'uri' || speaksOf(name, placeNouns));
  switch (action) {
    case 'read':
      return takesPlace || has(webNouns) ? 'fetch' : 'read';
    case 'send':
      return has(moneyNouns) ? 'pay' : action;
    case 'create':
      if (verb === 'open' && (takesPlace || has(webNouns))) return 'fetch';
      if (has(cartNouns)) return 'book';
      if (has(moneyNouns)) return 'pay';
      if (has(credentialNouns)) return 'secure';
      if (has(publicationNouns) && !nouns.includes('draft')) return 'send';
      return has(peopleNouns) ? 'share' : action;
    case 'update':
      return has(credentialNouns) ? 'secure' : action;
    case 'delete':
      return has(cartNouns) ? 'update' : action;
    case 'fetch':
      // From a store that it names by itself.
      return verb === 'download' && !takesPlace && !has(webNouns) ? 'read' : action;
    case 'share':
    case 'pay':
      return has(handOffNouns) ? 'other' : action;
    case 'run':
      return tool.arguments.length === 0 && measuringNouns.has(nouns.at(-1) ?? '') ? measured(tool) : action;
    case 'book':
    case 'secure':
    case 'other':
      return action;
  }
}

/** What runs a measurement that is always the same runs nothing of anybody's choosing; it reads where its description says so too. */
function measured({ description = '' }: ToolDefinition): ToolAction {
  const described = verbOf(beginningOf(description))?.action;
  return described !== undefined && isRead(described) ? 'read' : 'other';
}

function raisedByHints(
  tool: ToolDefinition,
  action: ToolAction,
  verb: string | undefined,
  because: string[],
): ToolAction {
  if (action === 'update' && tool.hints.destructive === true && endingOfVerb(verb ?? '') !== undefined) {
    because.push(`destructiveHint, and \`${verb}\` ends something: delete`);
    return 'delete';
  }
  const onward = isRead(action) ? tool.arguments.find(({ name }) => sendsOnward(name)) : undefined;
  if (onward !== undefined) {
    because.push(`argument \`${onward.name}\`: raised from read`);
    return 'other';
  }
  const recipient = isRead(action) ? recipientOf(tool, verb) : undefined;
  if (recipient !== undefined) {
    because.push(`argument \`${recipient}\`: what is read is sent there`);
    return 'send';
  }
  const statement = isRead(action) ? statementOf(tool, verb) : undefined;
  if (statement !== undefined) {
    because.push(`argument \`${statement}\`: a statement may do anything`);
    return 'run';
  }
  const acting = isRead(action) ? actingVerbs(tool.choices) : [];
  if (acting.length > 0) {
    because.push(`its schema lets an argument say \`${acting[0]}\`: raised from read`);
    return 'other';
  }
  if (tool.hints.readOnly !== false || !isRead(action)) return action;
  because.push('readOnlyHint is false: raised from read');
  return 'other';
}

/** What makes something of what it reads, and has it sent to somebody: by a search, `to` and `email` say what is looked for. */
function recipientOf({ arguments: given }: ToolDefinition, verb = ''): string | undefined {
  if (!/^(?:download|summari[sz]e|analy[sz]e|extract|preview)$/.test(verb)) return undefined;
  return given.find(({ name }) => /^(?:to|email|email_?to|mail_?to|recipients?)$/i.test(name))?.name;
}

/** The argument that holds a statement for a database; a search there takes words. */
function statementOf({ name, description = '', arguments: given }: ToolDefinition, verb = ''): string | undefined {
  const isDatabase = /sql|postgres/i.test(`${name} ${description}`) || speaksOf(name, databaseNouns);
  const isStatement = (argument: string): boolean =>
    argument === 'sql' || (isDatabase && (argument === 'statement' || argument === 'query'));
  return /^(?:search|find|lookup)$/.test(verb)
    ? undefined
    : given.find((one) => isStatement(one.name.toLowerCase()))?.name;
}

const databaseNouns = new Set(['database', 'db']);

/** An argument that has what is read go, or come, somewhere else: `redirect_to`, `forward_to`, `notify`. */
function sendsOnward(name: string): boolean {
  const [verb = '', to] = splitName(name);
  const isOnward = ['redirect', 'reroute', 'forward', 'notify', 'overwrite', 'replace', 'replacement'].includes(verb);
  return isOnward
    ? to === undefined || to === 'to'
    : to === 'to' && ['send', 'transfer', 'move', 'assign', 'share', 'deliver'].includes(verb);
}

function effectOf(tool: ToolDefinition, action: ToolAction, because: string[]): Effect {
  if (tool.hints.destructive === true && tool.hints.readOnly !== true) {
    because.push('destructiveHint: destructive');
    return 'destructive';
  }
  switch (action) {
    case 'read':
    case 'fetch':
      return 'read';
    case 'delete':
    case 'run':
      return 'destructive';
    case 'send':
    case 'share':
    case 'pay':
      return 'send';
    case 'create':
    case 'update':
    case 'book':
    case 'secure':
    case 'other':
      return 'write';
  }
}

function sendsOut(action: ToolAction, nouns: readonly string[]): boolean {
  if (['fetch', 'send', 'share', 'pay', 'book', 'run', 'other'].includes(action)) return true;
  return action !== 'read' && nouns.some((noun) => webNouns.has(noun));
}

/** The arguments of which whom they name is told: an invitation to an event, a copy of a letter. */
function invitedBy({ arguments: given }: ToolDefinition): string[] {
  return given.flatMap(({ name }) => (speaksOf(name, invitedNouns) ? [name] : []));
}

function returnsOthersWords(
  action: ToolAction,
  nouns: readonly string[],
  { description = '' }: ToolDefinition,
  object: readonly string[],
): boolean {
  if (action === 'fetch' || action === 'run' || action === 'other') return true;
  if (action !== 'read' || ownNouns.has(nouns.at(-1) ?? '')) return false;
  if (object.some((word) => ownWritingWords.has(word))) return false;
  const mentionsTexts =
    nouns.includes('read') || nouns.some((noun) => textNouns.has(noun)) || speaksOf(description, textNouns);
  return mentionsTexts || !factNouns.has(object.findLast((word) => !vagueNouns.has(word)) ?? '');
}

function confidentialityOf(
  tool: ToolDefinition,
  words: readonly string[],
  because: string[],
): ToolManifestEntry['confidentiality'] {
  const described = confidentialityOfNouns(splitName((tool.description ?? '').slice(0, 256)));
  const named = described === 'restricted' ? described : (confidentialityOfNouns(words) ?? described);
  if (named === undefined) because.push('nothing says what it returns: confidential');
  return named ?? 'confidential';
}

/** `read_file(path)`, `get_webpage(url)`: one thing named, its text returned. A search returns records. */
function isDocumentRead(tool: ToolDefinition, nouns: readonly string[]): boolean {
  return (
    nouns.some((noun) => documentNouns.has(noun)) &&
    !nouns.some((noun) => ['search', 'list', 'find', 'count', 'query', 'status', 'info', 'metadata'].includes(noun)) &&
    tool.arguments.some(({ name }) =>
      splitName(name).some((word) => ['url', 'uri', 'path', 'file', 'filename', 'page', 'link', 'href'].includes(word)),
    )
  );
}
