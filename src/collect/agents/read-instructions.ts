import { limits } from '../../base/limits.ts';
import { findSecrets } from '../../base/secrets.ts';
import { folderOf, nameOf } from '../../base/path.ts';
import { type Value } from '../../model/value.ts';
import { child, newBudget, type PositionSink, stringOf, toValue } from '../documents/node.ts';
import type { FileForm, OpenFile, Sink } from './adapter.ts';
import { frontMatterOf } from './front-matter.ts';
import { inspectText, type TextFinding } from './inspect-text.ts';
import { bagOf, firstOf } from './lookup.ts';
import { permissionRule } from './permission-rule.ts';

export type InstructionKind = 'rules' | 'memory' | 'skill' | 'command' | 'subagent' | 'prompt';

/** Text files that are loaded into the context of an agent, as forms: one for each path. */
export function instructionForms(kind: InstructionKind, ...paths: readonly string[]): FileForm[] {
  return paths.map((at) => ({
    at,
    scope: 'workspace',
    format: 'text',
    read: (file, sink) => readInstructions(kind, file, sink),
  }));
}

/**
 * Reads a text that agents load: its front matter, and what it does that it should not (see inspect-text.ts). Of a skill,
 * the scripts that lie beside it are read too; a finding then names the script.
 */
export function readInstructions(kind: InstructionKind, file: OpenFile, sink: Sink): void {
  const { root, bodyLine } = frontMatterOf(file.text, file.path);
  noteLength(file.text, 'the text', file, sink);
  const positions: PositionSink = {};
  const frontMatter = root?.kind === 'map' ? toValue(root, positions, 'frontMatter', newBudget()) : undefined;
  const allowed = toolsOf(firstOf(root, ['allowed-tools', 'tools', 'allowedTools']));
  const findings: PlacedFinding[] = [...inspectText(file.text), ...inlineShell(file.text, bodyLine, kind)];
  if (kind === 'skill') findings.push(...scriptFindings(file, sink));
  for (const [index, { line, file: other }] of findings.entries()) {
    positions[`findings[${index}]`] = other === undefined ? [line, 1] : [line, 1, other];
  }
  const kinds = [...new Set(findings.map(({ kind: found }) => found))];
  const tools = allowed?.map((tool) => permissionRule(tool, 'allow'));
  const properties = bagOf({
    kind,
    client: file.client,
    scope: file.scope,
    path: file.path,
    frontMatter,
    allowedTools: allowed,
    tools,
    permissionMode: stringOf(firstOf(root, ['permissionMode', 'permission-mode', 'approvalMode'])),
    model: stringOf(child(root, 'model')),
    findings: findings.map(valueOf),
    findingKinds: kinds,
    secrets: findSecrets(file.text.slice(0, limits.sourceBytesMax)).length,
  });
  const at = root?.kind === 'map' ? (root.entries.get('allowed-tools') ?? root.entries.get('tools')) : undefined;
  if (at !== undefined) for (const key of ['allowedTools', 'tools']) positions[key] = [at.line, at.column];
  for (const [property, key] of [
    ['permissionMode', 'permissionMode'],
    ['model', 'model'],
  ] as const) {
    const entry = root?.kind === 'map' ? root.entries.get(key) : undefined;
    if (entry !== undefined) positions[property] = [entry.line, entry.column];
  }
  const [secret] = findSecrets(file.text.slice(0, limits.sourceBytesMax));
  if (secret !== undefined) positions['secrets'] = [file.text.slice(0, secret.start).split('\n').length, 1];
  const name =
    stringOf(child(root, 'name')) ??
    (nameOf(file.path) === 'SKILL.md' ? nameOf(folderOf(file.path)) : nameOf(file.path));
  sink.add(file, {
    type: 'agent.instructions',
    name,
    address: `text:${file.path}`,
    line: 1,
    column: 1,
    properties,
    positions,
  });
}

/** `inspectText` looks at the start of a very long text only: what follows is a gap. */
function noteLength(text: string, what: string, file: OpenFile, sink: Sink): void {
  if (text.length > limits.sourceBytesMax)
    sink.gap(file, 'too-large', `${what} is longer than the limit; what stands past it was not looked at`);
}

/** A finding that may stand in another file than the text: a script beside it. */
interface PlacedFinding extends TextFinding {
  readonly file?: string;
}

function valueOf({ kind, line, excerpt, file }: PlacedFinding): Value {
  return bagOf({ kind, line, excerpt, file });
}

/** Tools as a list, or as one text with commas or blanks between them (outside brackets). */
function toolsOf(node: ReturnType<typeof firstOf>): string[] | undefined {
  if (node === undefined) return undefined;
  if (node.kind === 'list')
    return node.items.map((item) => stringOf(item)).filter((text): text is string => text !== undefined);
  const text = stringOf(node);
  if (text === undefined) return undefined;
  const tools: string[] = [];
  let depth = 0;
  let word = '';
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth <= 0 && /[,\s]/.test(character)) {
      if (word !== '') tools.push(word);
      word = '';
    } else word += character;
  }
  if (word !== '') tools.push(word);
  return tools;
}

/** `` !`command` `` in a command or skill runs while the text is loaded, before anything is asked. */
function inlineShell(text: string, bodyLine: number, kind: InstructionKind): TextFinding[] {
  if (kind !== 'command' && kind !== 'skill') return [];
  const found: TextFinding[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (index + 1 < bodyLine || found.length >= 10) continue;
    const match = /(?:^|\s)!`([^`\n]{1,400})`/.exec(line.slice(0, 2048));
    if (match === null) continue;
    const command = match[1] ?? '';
    // Reading the state of the repository is what the feature is for.
    if (
      /^(?:git\s+(?:status|diff|log|branch|rev-parse|show|remote|config --get|ls-files|describe|blame|stash list)|ls|pwd|date|cat|head|tail|wc|find|grep|rg|tree|echo|whoami|uname|which|node (?:-v|--version)|npm (?:ls|list|outdated|view)|gh (?:pr|issue|repo|run) (?:view|list|status|diff|checks)|test|jq|basename|dirname)\b(?![^\n]{0,300}(?:curl|wget|\|\s{0,4}(?:ba)?sh|\brm\b|>\s{0,4}[\w/~.]))/.test(
        command,
      )
    )
      continue;
    found.push({ kind: 'inline-shell-at-load', line: index + 1, excerpt: command.slice(0, 120) });
  }
  return found;
}

const scriptsMax = 20;

/** Findings in the scripts of a skill's own folder: what it runs, not what it says. */
function scriptFindings(file: OpenFile, sink: Sink): PlacedFinding[] {
  const folder = folderOf(file.path);
  const prefix = folder === '' ? '' : `${folder}/`;
  const folders = [folder, `${prefix}scripts`, `${prefix}bin`];
  const scripts = folders
    .flatMap((path) => file.source.folder(path))
    .filter((path) => /\.(?:sh|bash|zsh|py|js|mjs|cjs|ts|rb|ps1|pl)$/.test(path));
  if (scripts.length > scriptsMax)
    sink.gap(file, 'too-large', `the skill has more than ${scriptsMax} scripts; the rest were not read`);
  return scripts.slice(0, scriptsMax).flatMap((path) => {
    try {
      const text = file.source.text(path);
      noteLength(text, `the script \`${nameOf(path)}\``, file, sink);
      const fenced = inspectText(`\`\`\`\n${text}\n`).filter(
        ({ kind }) => kind !== 'hidden-unicode' && kind !== 'html-comment-instruction',
      );
      return fenced.map((finding) => ({ ...finding, line: finding.line - 1, file: path }));
    } catch {
      // The source records why it could not be read.
      return [];
    }
  });
}
