import type { JsonObject } from '../base/json-object.ts';
import { createHash } from 'node:crypto';
import { canonicalJson } from '../base/canonical-json.ts';
import {
  type Definition,
  type DefinitionKind,
  definitionsOf,
  digestOf,
  isPinned,
  keyOf,
  type Listing,
} from './definition.ts';
import type { ServerIdentity } from './identity.ts';
import { fieldsOf } from './inspect/fields.ts';
import type { DefinitionFinding, FindingCode } from './inspect/finding.ts';
import { inspectDefinition, surroundingsOf } from './inspect/inspect-definition.ts';
import { sentencesIn, type Surroundings } from './inspect/speech.ts';
import { type DraftLabels, shapeOf, shortDigest, type ToolShape } from './tool-shape.ts';

/** A definition as it was approved. It holds digests of what the server says, and not one of its sentences. */
export interface PinnedDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  /** Of the whole definition. */
  readonly digest: string;
  /** Of the definition without its name and titles: equal where only they changed. */
  readonly body: string;
  /** Of each sentence and name in it, as it is read (see inspect/fold.ts), without repetition. */
  readonly sentences: readonly string[];
  /** Of all of them, one after the other: equal where only typography changed. */
  readonly words: string;
  /** Alarms and warnings that a person accepted with it. */
  readonly accepted: readonly FindingCode[];
  readonly tool?: ToolShape | undefined;
}

/** All approved definitions of one server. */
export interface ServerPins {
  readonly identity: ServerIdentity;
  readonly protocol?: string | undefined;
  readonly server?: { readonly name: string; readonly version: string } | undefined;
  /** When they were pinned, RFC 3339. */
  readonly time: string;
  readonly definitions: readonly PinnedDefinition[];
  /** When what the server lists was last seen to differ from the pins, and in which definitions. Nobody signs this. */
  readonly differs?: { readonly time: string; readonly definitions: readonly string[] } | undefined;
  /** A signed note (C2SP signed-note) over the digest of the pins under the server's name, see `pinsDigest`. */
  readonly signature?: string | undefined;
}

/** A definition with everything a comparison and a person want to know of it. */
export interface ExaminedDefinition {
  readonly definition: Definition;
  readonly digest: string;
  readonly findings: readonly DefinitionFinding[];
}

/** Looks at every definition of a listing. @param others names of tools of the servers used beside it */
export function examine(listing: Listing, others: Iterable<string> = []): readonly ExaminedDefinition[] {
  const { definitions } = definitionsOf(listing);
  const tools = definitions.filter(({ kind }) => kind === 'tool').map(({ name }) => name);
  const around = surroundingsOf(tools, others);
  return definitions.map((definition) => examineOne(definition, around));
}

export function examineOne(definition: Definition, around: Surroundings): ExaminedDefinition {
  return { definition, digest: digestOf(definition), findings: inspectDefinition(definition, around) };
}

export function pinOf({ definition, digest, findings }: ExaminedDefinition, draft: DraftLabels): PinnedDefinition {
  const { kind, name, json } = definition;
  const sentences = sentencesOfDefinition(definition);
  return {
    kind,
    name,
    digest,
    body: bodyOf(definition),
    sentences: [...sentences.keys()].sort(),
    words: wordsOf(sentences),
    accepted: [...new Set(findings.filter(({ severity }) => severity !== 'note').map(({ code }) => code))].sort(),
    ...(kind === 'tool' ? { tool: shapeOf(json, draft) } : {}),
  };
}

/**
 * Pins what a server lists: the caller is a person who has looked at it.
 *
 * @param time RFC 3339
 */
export function pinServer(listing: Listing, identity: ServerIdentity, time: string, draft: DraftLabels): ServerPins {
  const { serverInfo, protocol } = listing;
  const { name, version } = serverInfo ?? {};
  return {
    identity,
    ...(protocol === undefined ? {} : { protocol }),
    ...(typeof name === 'string' && typeof version === 'string' ? { server: { name, version } } : {}),
    time,
    definitions: examine(listing)
      .filter(({ definition }) => isPinned(definition))
      .map((examined) => pinOf(examined, draft))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)),
  };
}

/** Digest without name and titles. */
export function bodyOf({ json }: Definition): string {
  const { name: _name, title: _title, annotations, ...rest } = json;
  const { title: _hint, ...others } = (
    typeof annotations === 'object' && annotations !== null ? annotations : {}
  ) as JsonObject;
  return createHash('sha256')
    .update(canonicalJson([rest, others]))
    .digest('hex');
}

/** A sentence as it is read, or an address that stands for itself (an icon's, an app's). */
export interface Sentence {
  readonly text: string;
  readonly isLink: boolean;
}

/** Every sentence of a definition by its digest. */
export function sentencesOfDefinition(definition: Definition): ReadonlyMap<string, Sentence> {
  const found = new Map<string, Sentence>();
  for (const { path, role, text: whole } of fieldsOf(definition).fields) {
    if (role === 'pattern' || (role === 'name' && definition.kind === 'tool')) continue;
    if (role === 'value' && !isSpoken(path)) continue;
    const isLink = role === 'link';
    for (const text of isLink ? [whole] : sentencesIn(whole)) found.set(shortDigest(text), { text, isLink });
  }
  return found;
}

/**
 * Whether a value of a schema is read as words. What a tool's arguments are called and may be is for tool-shape.ts, which does not see
 * defaults, samples, and what nothing refers to.
 */
function isSpoken(path: string): boolean {
  if (/\.(?:default|examples?)(?:\.|$)/.test(path)) return true;
  return /\.(?:enum|const)(?:\.|$)/.test(path) && !/^inputSchema\.(?!\$defs\.|definitions\.)/.test(path);
}

/** Digest of the words of sentences, however they are divided. */
export function wordsOf(sentences: ReadonlyMap<string, Sentence>): string {
  const words = Array.from(sentences.values(), ({ text }) => text).join(' ');
  return shortDigest(words.replace(/[^\p{L}\p{N}]+/gu, ' ').trim());
}
