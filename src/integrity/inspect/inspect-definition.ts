import { limits } from '../../base/limits.ts';
import type { Definition, DefinitionKind } from '../definition.ts';
import { findSchemaHazards } from '../schema-hazards.ts';
import { disguisesOf, findEncoded } from './encoded-text.ts';
import { excerptOf } from './excerpt.ts';
import { type Field, fieldsOf } from './fields.ts';
import { type DefinitionFinding, type FindingCode, severityOf } from './finding.ts';
import { findHiddenText, type Hit } from './hidden-text.ts';
import { foldLetters, isMixedScript } from './fold.ts';
import { findMarkup } from './markup.ts';
import { findRemoteCode, findTraversal } from './resource.ts';
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
const graveSpeech: ReadonlySet<FindingCode> = new Set([
  'speech.conceal',
  'speech.override',
  'speech.obey-data',
  'speech.consent',
  'speech.secret',
  'speech.context',
  'speech.send',
  'speech.redirect',
]);

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
  for (const field of fields)
    for (const { code, excerpt } of inspectField(field, around)) add(code, field.path, excerpt);
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
      ...inspectField({ path: '', role: 'prose', text: text.slice(at, at + limits.definitionTextLengthMax) }, around),
    );
  for (const { code, excerpt } of hits)
    if (!found.has(code)) found.set(code, { code, severity: severityOf(code), path: '', excerpt: excerptOf(excerpt) });
  return [...found.values()];
}

function inspectField({ role, text: whole }: Field, around: Surroundings): Hit[] {
  const text = whole.slice(0, limits.definitionTextLengthMax);
  const hits = findHiddenText(text);
  if (role === 'name') {
    if (isMixedScript(text)) hits.push({ code: 'name.mixed-script', excerpt: text });
    hits.push(...hits.filter(isZeroWidth).map(({ excerpt }): Hit => ({ code: 'hidden.zero-width', excerpt })));
  }
  const { hits: marked, comments } = findMarkup(text);
  hits.push(...marked, ...findSpeech(text, around));
  for (const comment of comments)
    hits.push({
      code: isGrave(comment, around) || isAddressed(comment) ? 'hidden.comment' : 'hidden.comment-plain',
      excerpt: comment,
    });
  for (const { decoded } of hits) if (decoded !== undefined) hits.push(...findSpeech(decoded, around));
  if (role !== 'pattern' && !/^data:(?:image|font)\//.test(text))
    for (const { text: decoded, excerpt } of findEncoded(text))
      hits.push({ code: decoded === undefined ? 'encoded.blob' : 'encoded.text', excerpt });
  for (const disguised of disguisesOf(text))
    if (isEnglish(disguised) && isGrave(disguised, around)) hits.push({ code: 'encoded.text', excerpt: disguised });
  return hits;
}

/** Cheap, and false for nearly every text turned about. */
function isEnglish(text: string): boolean {
  return (text.match(/\b(?:the|to|and|all|you|your|user|not|this|it|of|with)\b/gi)?.length ?? 0) >= 2;
}

const isZeroWidth = ({ code }: Hit): boolean => code === 'hidden.zero-width-few';

function isGrave(text: string, around: Surroundings): boolean {
  return findSpeech(text, around).some(({ code }) => graveSpeech.has(code));
}
