import { basename, sep } from 'node:path';
import { isSecretName } from '../../../base/secrets.ts';

/** What texts of a client's file can refer to. */
export interface World {
  readonly home: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the project; undefined for files of the person. */
  readonly project: string | undefined;
  /** Whether the client replaces `$NAME` too. */
  readonly bareVariables?: boolean | undefined;
  /** Variables that the server itself replaces: a reference to one is left as it is. */
  readonly own?: ReadonlySet<string> | undefined;
}

/** What a text of a client's file stands for. */
export type Filled =
  | { readonly kind: 'text'; readonly text: string; readonly isSecret: boolean }
  /** Nothing but one variable: it can be referred to. */
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'unknown'; readonly why: string };

type Piece =
  | { readonly text: string }
  | { readonly variable: string; readonly fallback: string | undefined }
  | { readonly unknown: string };

/** `${…}` (all clients), `${{ … }}` (Continue), `{env:…}` and `{file:…}` (OpenCode). */
const reference = /\$\{\{[^}]*\}\}|\$\{([^{}]*)\}|\{((?:env|file):[^{}]*)\}/g;
/** `$NAME` as well (Gemini CLI). */
const bareReference = new RegExp(`${reference.source}|\\$([A-Za-z_]\\w*)`, 'g');

/**
 * Replaces what clients replace before they start a server: folders, and variables of their environment. Sources:
 * code.claude.com/docs/en/mcp, code.visualstudio.com/docs/reference/variables-reference, cursor.com/docs/mcp, opencode.ai/docs/config,
 * geminicli.com/docs/reference/configuration (read 2026-11-28).
 */
export function fill(text: string, world: World): Filled {
  const pieces = piecesOf(text, world);
  const [only] = pieces;
  if (pieces.length === 1 && only !== undefined && 'variable' in only) {
    const isSet = (world.variables[only.variable] ?? '') !== '';
    if (isSet || only.fallback === undefined) return { kind: 'variable', name: only.variable };
  }
  let result = '';
  let isSecret = false;
  for (const piece of pieces) {
    if ('unknown' in piece) return { kind: 'unknown', why: piece.unknown };
    if ('text' in piece) {
      result += piece.text;
      continue;
    }
    const value = world.variables[piece.variable] ?? '';
    const known = value === '' ? piece.fallback : value;
    if (known === undefined)
      return { kind: 'unknown', why: `\`\${${piece.variable}}\` stands inside a text and has no value here` };
    if (value !== '' && isSecretName(piece.variable)) isSecret = true;
    result += known;
  }
  return { kind: 'text', text: result, isSecret };
}

function piecesOf(text: string, world: World): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of text.matchAll(world.bareVariables === true ? bareReference : reference)) {
    if (match.index > at) pieces.push({ text: text.slice(at, match.index) });
    pieces.push(pieceOf(match[0], match[1] ?? match[2] ?? match[3], world));
    at = match.index + match[0].length;
  }
  if (at < text.length || pieces.length === 0) pieces.push({ text: text.slice(at) });
  return pieces;
}

function pieceOf(whole: string, inner: string | undefined, { home, project, own }: World): Piece {
  const unknown = { unknown: `only the client knows what \`${whole}\` is` };
  if (inner === undefined) return unknown;
  if (['workspaceFolder', 'CLAUDE_PROJECT_DIR', 'PWD', 'env:PWD'].includes(inner))
    return project === undefined ? unknown : { text: project };
  if (inner === 'workspaceFolderBasename') return project === undefined ? unknown : { text: basename(project) };
  if (['userHome', 'HOME', 'env:HOME'].includes(inner)) return { text: home };
  if (inner === '/' || inner === 'pathSeparator') return { text: sep };
  const [, variable, fallback] = /^(?:env:)?([A-Za-z_]\w*)(?::-(.*))?$/s.exec(inner) ?? [];
  if (variable === undefined) return unknown;
  return own?.has(variable) === true ? { text: whole } : { variable, fallback };
}
