import { isJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import type { Definition, DefinitionKind } from '../definition.ts';
import { findSchemaHazards } from '../schema-hazards.ts';
import { disguisesOf, type Encoded, findEncoded } from './encoded-text.ts';
import { excerptOf } from './excerpt.ts';
import { type Field, fieldsOf } from './fields.ts';
import { type DefinitionFinding, type FindingCode, severityOf } from './finding.ts';
import { findHiddenText, type Hit } from './hidden-text.ts';
import { fold, foldLetters, isMixedScript } from './fold.ts';
import { findMarkup } from './markup.ts';
import { findFetchedCode } from './remote-code.ts';
import { findRemoteCode, findTraversal } from './resource.ts';
import { phrases } from './match.ts';
import { nowhere, type Place } from './place.ts';
import { attackNoun } from './quotes.ts';
import { findSpeech, isAddressed, type Surroundings } from './speech.ts';

/** Lengths past which a text is unusual; taken from what published servers have. */
const unusualLength: Readonly<Record<DefinitionKind, number>> = {
  tool: 6_000,
  prompt: 6_000,
  resource: 4_000,
  template: 4_000,
  instructions: 12_000,
};
/** Names that the protocol provides for (MCP 2025-11-25, Tool Names; the slash is in use). */
const usualName = /^[\w.\-/]{1,128}$/;

/** Names of a server's own tools and of those of the other servers that are used beside it. */
export function surroundingsOf(own: Iterable<string>, others: Iterable<string> = []): Surroundings {
  const folded = (names: Iterable<string>): ReadonlySet<string> => new Set(Array.from(names, foldLetters));
  return { own: folded(own), others: folded(others) };
}

/**
 * Looks for what a definition hides, and for what it tells the model that its user would not: in every text of it, names, enum
 * values, defaults, `_meta` and output schema included. Deterministic; nothing is fetched, run or decoded twice over.
 *
 * @returns findings in the order of the definition, each code once a field; at most `limits.definitionFindingsMax`
 */
export function inspectDefinition(definition: Definition, around: Surroundings): DefinitionFinding[] {
  const found = new Map<string, DefinitionFinding>();
  const add = (code: FindingCode, path: string, excerpt: string): void => {
    const key = `${code} ${path}`;
    if (found.size < limits.definitionFindingsMax && !found.has(key))
      found.set(key, { code, severity: severityOf(code), path, excerpt: excerptOf(excerpt) });
  };
  const { fields, isWhole } = fieldsOf(definition);
  if (!isWhole) add('definition.too-deep', '', `more than ${limits.definitionFieldsMax} texts`);
  const placeOf = placesOf(definition);
  for (const field of fields)
    for (const { code, excerpt } of inspectField(field, around, placeOf(field))) add(code, field.path, excerpt);
  if (definition.kind === 'tool') {
    if (!usualName.test(definition.name)) add('name.unusual', 'name', definition.name);
    for (const member of ['inputSchema', 'outputSchema'])
      for (const { code, path, excerpt } of findSchemaHazards(definition.json[member], member))
        add(code, path, excerpt);
  }
  if (definition.kind === 'resource')
    for (const { code, excerpt } of findTraversal(definition.name)) add(code, 'uri', excerpt);
  const length = fields.reduce((sum, { role, text }) => sum + (role === 'prose' ? text.length : 0), 0);
  const longest = fields.reduce((most, { text }) => Math.max(most, text.length), 0);
  if (longest > limits.definitionTextLengthMax) add('definition.too-many', '', `a text of ${longest} characters`);
  else if (longest > unusualLength[definition.kind]) add('text.long', '', `${length} characters of text`);
  return [...found.values()];
}

/**
 * A text that is no definition: a message of a prompt, what a resource holds, an app's page, an error. Codes once each.
 *
 * @param uri of the resource the text is; an app (`ui://`) is looked at as a page too
 */
export function inspectText(text: string, around: Surroundings, uri = ''): DefinitionFinding[] {
  const found = new Map<FindingCode, DefinitionFinding>();
  const hits: Hit[] = [...findTraversal(uri), ...(uri.startsWith('ui://') ? findRemoteCode(text) : [])];
  for (let at = 0; at === 0 || at < text.length; at += limits.definitionTextLengthMax)
    hits.push(
      ...inspectField(
        { path: '', role: 'prose', text: text.slice(at, at + limits.definitionTextLengthMax) },
        around,
        nowhere,
      ),
    );
  for (const { code, excerpt } of hits)
    if (!found.has(code)) found.set(code, { code, severity: severityOf(code), path: '', excerpt: excerptOf(excerpt) });
  return [...found.values()];
}

function inspectField({ role, text: whole }: Field, around: Surroundings, place: Place): Hit[] {
  const text = whole.slice(0, limits.definitionTextLengthMax);
  const hits = findHiddenText(text);
  if (role === 'name') {
    if (isMixedScript(text)) hits.push({ code: 'name.mixed-script', excerpt: text });
    hits.push(...hits.filter(isZeroWidth).map(({ excerpt }): Hit => ({ code: 'hidden.zero-width', excerpt })));
  }
  const { hits: marked, comments } = findMarkup(text, place);
  const spoken = place.isName ? wordsOfName(text) : text;
  hits.push(...marked, ...findFetchedCode(text, place));
  // One plain word orders nothing.
  if (/[^\w-]/.test(spoken)) hits.push(...findSpeech(spoken, around, place));
  for (const comment of comments)
    hits.push({
      code: isGrave(comment, around, place) || isAddressed(comment) ? 'hidden.comment' : 'hidden.comment-plain',
      excerpt: comment,
    });
  for (const { decoded } of hits) if (decoded !== undefined) hits.push(...findSpeech(decoded, around, place));
  if (text.length < disguiseLengthMin) return hits;
  if (role !== 'pattern' && !/^data:(?:image|font)\//.test(text))
    for (const found of findEncoded(text)) hits.push(judgeEncoded(found, around, place));
  for (const disguised of disguisesOf(text))
    if (isGrave(disguised, around, place)) hits.push({ code: 'encoded.text', excerpt: disguised });
  return hits;
}

/** Shorter than any text in an encoding, and than two words turned about. */
const disguiseLengthMin = 16;

/** A sample shows what a tool takes; it says little, and tells nobody to do anything. */
const sampleLengthMax = 80;

function judgeEncoded({ text, excerpt, isSample }: Encoded, around: Surroundings, place: Place): Hit {
  if (text === undefined) return { code: 'encoded.blob', excerpt };
  const isHarmless = text.length <= sampleLengthMax && !isGrave(text, around, nowhere) && !isAddressed(text);
  return { code: isHarmless && (isSample || place.isExample) ? 'encoded.sample' : 'encoded.text', excerpt };
}

/** What is known of the places in a definition. */
function placesOf({ kind, name, json }: Definition): (field: Field) => Place {
  const parameters = new Set<string>();
  collectParameters(json['inputSchema'], parameters, 0);
  const description = typeof json['description'] === 'string' ? json['description'].slice(0, 600) : '';
  const words = `${name.replace(/[_-]/g, ' ')} ${description}`;
  const isLesson = looksForAttacks.test(words) && attackNoun.test(words);
  const [isAbout = ''] = description.split(/[.\n\u3002]/, 1);
  const topic = fold(`${name.replace(/[_-]/g, ' ')} ${isAbout}`);
  const isTalk = talks.test(topic);
  return ({ path, role }) => ({
    isArgument: /^(?:inputSchema|arguments)\./.test(path),
    isName: role === 'name',
    isDescription: kind === 'tool' && path === 'description',
    isValue: role === 'value',
    isExample: /\.examples?(?:\.|$)/.test(path),
    isLesson,
    isTalk,
    topic,
    parameters,
  });
}

const talks = new RegExp(
  `${
    phrases(
      `chat, chats, chatbot*, conversation*, prompt*, assistant*, llm*, language model*, the model, sub-agent*, transcript*, dialogue*, completion*,
    gespräch*, unterhaltung*, conversación, conversaciones, conversazion*, conversa, conversas, gesprek*, переписк*, диалог*, разговор*, бесед*`,
    ).source
  }|${phrases('对话, 聊天, 会话, 会話, 対話, チャット, 대화, 채팅', 'in one').source}`,
  'u',
);
const looksForAttacks =
  /\b(?:detect|scan|scor|check|find|flag|block|classif|identif|screen|filter|moderat|guard|inspect|analy[sz]|evaluat|test|simulat|train|teach|quiz)/i;

/** A schema nested deeper than this is told of by schema-hazards.ts. */
const parameterDepthMax = 8;

function collectParameters(schema: unknown, into: Set<string>, depth: number): void {
  if (!isJsonObject(schema) || depth > parameterDepthMax) return;
  const { properties, items } = schema;
  if (isJsonObject(properties))
    for (const [name, below] of Object.entries(properties)) {
      into.add(foldLetters(name));
      collectParameters(below, into, depth + 1);
    }
  collectParameters(items, into, depth + 1);
}

/** Words that a name is made of, where they are enough to say something: `value_of_each_key`, `valueOfEachKey`. */
const wordsOfNameMin = 4;

function wordsOfName(name: string): string {
  const words = name.replace(/(?<=[a-z\d])(?=[A-Z])/g, ' ').replace(/[_.-]+/g, ' ');
  return words.split(' ').length >= wordsOfNameMin ? words : name;
}

const isZeroWidth = ({ code }: Hit): boolean => code === 'hidden.zero-width-few';

function isGrave(text: string, around: Surroundings, place: Place): boolean {
  return findSpeech(text, around, place).some(({ code }) => severityOf(code) === 'alarm');
}
