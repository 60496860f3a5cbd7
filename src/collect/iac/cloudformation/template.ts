import { child, type DocNode, type MapEntry, type MapNode, stringOf } from '../../documents/node.ts';
import { parseJson } from '../../documents/json.ts';
import { parseYaml } from '../../documents/yaml.ts';
import type { Gap } from '../../../model/gap.ts';

/** One CloudFormation template as written: its sections, not evaluated. */
export interface Template {
  readonly file: string;
  readonly root: MapNode;
  readonly parameters: ReadonlyMap<string, MapEntry>;
  readonly mappings: DocNode | undefined;
  readonly conditions: ReadonlyMap<string, MapEntry>;
  readonly resources: ReadonlyMap<string, MapEntry>;
  readonly globals: DocNode | undefined;
  /** Names of `Transform` with where they stand. */
  readonly transforms: readonly { readonly name: string; readonly node: DocNode }[];
}

const resourceType = /["']?\bType["']?\s{0,8}:\s{0,8}["']?[A-Z][A-Za-z0-9]{0,63}::[A-Z]/;
const yamlResources = /^["']?Resources["']?[ \t]{0,8}:/m;

/**
 * Whether a text can be a CloudFormation template, told from keywords without parsing: it has a `Resources` key and
 * either the format version or a type with `::`.
 */
export function looksLikeTemplate(text: string): boolean {
  if (!text.includes('Resources')) return false;
  if (!text.includes('AWSTemplateFormatVersion') && !resourceType.test(text)) return false;
  return isJson(text) ? text.includes('"Resources"') : yamlResources.test(text);
}

/**
 * Parses a template (JSON when it starts with a brace, else YAML).
 *
 * @returns `template` is undefined when the document is none, then with gaps only for what does not parse
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
 */
export function parseTemplate(text: string, file: string): { template: Template | undefined; gaps: Gap[] } {
  const { documents, gaps } = isJson(text) ? jsonDocuments(text, file) : parseYaml(text, file);
  for (const document of documents) {
    if (document.kind === 'map' && isTemplate(document)) return { template: toTemplate(document, file), gaps };
  }
  return { template: undefined, gaps: documents.length === 0 ? gaps : [] };
}

function jsonDocuments(text: string, file: string): { documents: DocNode[]; gaps: Gap[] } {
  const { root, gaps } = parseJson(text, file);
  return { documents: root === undefined ? [] : [root], gaps };
}

function isJson(text: string): boolean {
  return /^\s{0,1000}\{/.test(text.slice(0, 1100));
}

function isTemplate(root: MapNode): boolean {
  const resources = child(root, 'Resources');
  if (resources?.kind !== 'map') return false;
  if (root.entries.has('AWSTemplateFormatVersion')) return true;
  for (const [key, entry] of resources.entries) {
    if (key.startsWith('Fn::ForEach::')) return true;
    if (/^[A-Za-z0-9]+::/.test(stringOf(child(entry.node, 'Type')) ?? '')) return true;
  }
  return false;
}

function toTemplate(root: MapNode, file: string): Template {
  return {
    file,
    root,
    parameters: entriesOf(child(root, 'Parameters')),
    mappings: child(root, 'Mappings'),
    conditions: entriesOf(child(root, 'Conditions')),
    resources: entriesOf(child(root, 'Resources')),
    globals: child(root, 'Globals'),
    transforms: transformsOf(child(root, 'Transform')),
  };
}

function entriesOf(node: DocNode | undefined): ReadonlyMap<string, MapEntry> {
  return node?.kind === 'map' ? node.entries : new Map();
}

function transformsOf(node: DocNode | undefined): { name: string; node: DocNode }[] {
  if (node === undefined) return [];
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    const name = stringOf(item) ?? stringOf(child(item, 'Name'));
    return name === undefined ? [] : [{ name, node: item }];
  });
}
