import { limits } from '../../../base/limits.ts';

/** One instruction of a Dockerfile with its continuation lines joined and its here-documents taken off. */
export interface Instruction {
  /** Upper case: `RUN`. */
  readonly name: string;
  /** Flags before the arguments: `--from=build` → `from` → `build`; a flag without a value is empty text. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly text: string;
  readonly heredocs: readonly { readonly name: string; readonly content: string }[];
  readonly line: number;
}

const heredocStart = /<<-?\s{0,8}(["']?)([A-Za-z_][\w.-]{0,100})\1/g;

/**
 * Splits a Dockerfile into instructions: parser directives (`# escape=`), comments, continuations and here-documents.
 * Grammar: https://docs.docker.com/reference/dockerfile/
 */
export function instructionsOf(text: string): { instructions: Instruction[]; escape: string; truncated: boolean } {
  const lines = text.split(/\r?\n/);
  const escape = escapeOf(lines);
  const instructions: Instruction[] = [];
  for (let at = 0; at < lines.length; ) {
    if (instructions.length >= limits.instancesMax * 10) return { instructions, escape, truncated: true };
    const start = at;
    const { joined, next } = joinLines(lines, at, escape);
    at = next;
    const match = /^\s*([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(joined);
    if (match === null) continue;
    const name = (match[1] ?? '').toUpperCase();
    const { flags, rest } = takeFlags(match[2] ?? '');
    const heredocs: { name: string; content: string }[] = [];
    if (name === 'RUN' || name === 'COPY' || name === 'ADD') {
      for (const [, , delimiter = ''] of rest.matchAll(heredocStart)) {
        const body: string[] = [];
        while (at < lines.length && (lines[at] ?? '').replace(/^\t+/, '') !== delimiter) body.push(lines[at++] ?? '');
        at++;
        heredocs.push({ name: delimiter, content: body.join('\n') });
      }
    }
    instructions.push({ name, flags, text: rest.trim(), heredocs, line: firstLine(lines, start) });
  }
  return { instructions, escape, truncated: false };
}

/** Directives stand before everything else, comments included. */
function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^#\s{0,8}([a-z]{1,20})\s{0,8}=\s{0,8}(\S{1,200})\s*$/i.exec(line);
    if (directive === null) return '\\';
    if ((directive[1] ?? '').toLowerCase() === 'escape') return directive[2] === '`' ? '`' : '\\';
  }
  return '\\';
}

function isSkipped(line: string): boolean {
  return line.trim() === '' || line.trimStart().startsWith('#');
}

function firstLine(lines: readonly string[], start: number): number {
  let at = start;
  while (at < lines.length && isSkipped(lines[at] ?? '')) at++;
  return at + 1;
}

/** Joins a line with those that continue it; comment and empty lines between them are dropped. */
function joinLines(lines: readonly string[], start: number, escape: string): { joined: string; next: number } {
  const parts: string[] = [];
  let at = start;
  while (at < lines.length) {
    const line = lines[at++] ?? '';
    if (isSkipped(line)) {
      if (parts.length === 0 && at < lines.length) continue;
      if (at >= lines.length) break;
      continue;
    }
    const trimmed = line.trimEnd();
    if (!trimmed.endsWith(escape)) {
      parts.push(line);
      break;
    }
    parts.push(trimmed.slice(0, -1));
  }
  return { joined: parts.join(''), next: at };
}

function takeFlags(text: string): { flags: Map<string, string[]>; rest: string } {
  const flags = new Map<string, string[]>();
  let rest = text.trimStart();
  for (;;) {
    const match = /^--([a-z-]{1,40})(?:=(\S*))?(?:\s+|$)/i.exec(rest);
    if (match === null) return { flags, rest };
    const name = (match[1] ?? '').toLowerCase();
    flags.set(name, [...(flags.get(name) ?? []), match[2] ?? '']);
    rest = rest.slice(match[0].length);
  }
}
