import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import type { EntryChange, PathStep } from './client-entries.ts';

/**
 * Changes an entry of a JSON file with comments. Comments stay: behind a member at the end of its line, above it where they stood in a
 * value that is replaced, and as lines of their own where it leaves.
 */
export function editJson(text: string, { path, remove, set }: EntryChange): string {
  let result = text;
  for (const key of remove) result = without(result, [...path, key]);
  for (const [key, value] of Object.entries(set)) {
    const before = findMember(result, [...path, key]);
    result = before === undefined ? inserted(result, path, key, value) : replaced(result, before, value);
  }
  return result;
}

interface Member {
  readonly start: number;
  readonly value: number;
  readonly end: number;
  /** The end of the member before it. */
  readonly before: number | undefined;
}

function nodeAt(text: string, path: readonly PathStep[]): Node | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  return root && findNodeAtLocation(root, [...path]);
}

function findMember(text: string, path: readonly PathStep[]): Member | undefined {
  const value = nodeAt(text, path);
  const member = value?.parent;
  if (value === undefined || member === undefined) return undefined;
  const members = member.parent?.children ?? [];
  const before = members[members.indexOf(member) - 1];
  return { start: member.offset, value: value.offset, end: endOf(member), before: before && endOf(before) };
}

function without(text: string, path: readonly PathStep[]): string {
  const member = findMember(text, path);
  if (member === undefined) return text;
  const { start, before } = member;
  const comma = commaAfter(text, member.end);
  const end = comma === undefined ? member.end : comma + 1;
  const head =
    comma === undefined && before !== undefined ? withoutComma(text.slice(0, start), before) : text.slice(0, start);
  const kept = head + onLines(commentsIn(text.slice(start, end)), text, start);
  const tail = text.slice(end).replace(/^[ \t]+/, '');
  if (!/^\r?\n/.test(tail)) return kept + tail;
  const lines = kept.replace(/[ \t]+$/, '');
  return lines + (lines.endsWith('\n') ? tail.replace(/^\r?\n/, '') : tail);
}

function withoutComma(text: string, from: number): string {
  const comma = commaAfter(text, from);
  return comma === undefined ? text : text.slice(0, comma) + text.slice(comma + 1);
}

function replaced(text: string, { start, value, end }: Member, next: unknown): string {
  const lost = onLines(commentsIn(text.slice(value, end)), text, start);
  return text.slice(0, start) + lost + text.slice(start, value) + written(next) + text.slice(end);
}

/** With a member at the end of an object. */
function inserted(text: string, path: readonly PathStep[], key: string, value: unknown): string {
  const object = nodeAt(text, path);
  if (object === undefined) return text;
  const last = object.children?.at(-1);
  const close = endOf(object) - 1;
  const needsComma = last !== undefined && commaAfter(text, endOf(last)) === undefined;
  const open = needsComma ? `${text.slice(0, endOf(last))},${text.slice(endOf(last), close)}` : text.slice(0, close);
  const isOnLines = text.slice(object.offset, close).includes('\n');
  const indent = last === undefined ? indentAt(text, close) + unitOf(text) : indentAt(text, last.offset);
  const body = open.trimEnd();
  const member = `${JSON.stringify(key)}: ${written(value)}`;
  const blanks = open.slice(body.length);
  const gap = isOnLines ? eolOf(text) + indent : body.endsWith('{') ? blanks : ' ';
  return body + gap + member + blanks + text.slice(close);
}

const endOf = ({ offset, length }: Node): number => offset + length;

function written(value: unknown): string {
  return Array.isArray(value) ? `[${value.map((item) => JSON.stringify(item)).join(', ')}]` : JSON.stringify(value);
}

const eolOf = (text: string): string => (text.includes('\r\n') ? '\r\n' : '\n');
const unitOf = (text: string): string => (/^\t/m.test(text) ? '\t' : (/^( +)"/m.exec(text)?.[1] ?? '  '));

/** The blanks that a line begins with. */
function indentAt(text: string, at: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? '';
}

const blanksAndComments = /(?:\s|\/\/[^\r\n]*|\/\*[^]*?\*\/)*/y;

function commaAfter(text: string, at: number): number | undefined {
  blanksAndComments.lastIndex = at;
  blanksAndComments.exec(text);
  const { lastIndex } = blanksAndComments;
  return text[lastIndex] === ',' ? lastIndex : undefined;
}

/** Texts, in which `//` begins no comment, and comments. */
const textOrComment = /"(?:\\.|[^"\\])*"|(\/\/[^\r\n]*|\/\*[^]*?\*\/)/g;

function commentsIn(text: string): readonly string[] {
  return [...text.matchAll(textOrComment)].flatMap(([, comment]) => comment ?? []);
}

/** Comments before what stands at a place; those that end by themselves stay in its line where it begins none. */
function onLines(comments: readonly string[], text: string, at: number): string {
  const indent = indentAt(text, at);
  const isOwnLine = text.slice(0, at).endsWith(`\n${indent}`);
  return comments
    .map((comment) => comment + (isOwnLine || comment.startsWith('//') ? eolOf(text) + indent : ' '))
    .join('');
}
