import { folderOf, nameOf } from '../../../base/path.ts';
import type { Source } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import { parseJson } from '../../documents/json.ts';
import { child, type MapNode, stringOf } from '../../documents/node.ts';
import { newFrame } from './frame.ts';
import type { Given } from './scope.ts';

const schema = /deploymentTemplate\.json/i;

/** Whether a text can be a deployment template, told from its schema without parsing. */
export function looksLikeTemplate(text: string): boolean {
  return text.includes('"resources"') && schema.test(text);
}

/**
 * Parses a deployment template.
 *
 * @returns `root` is undefined when the document is no template; gaps only for a template (or for what cannot be read)
 * @see https://learn.microsoft.com/azure/azure-resource-manager/templates/syntax
 */
export function parseTemplate(text: string, file: string): { root: MapNode | undefined; gaps: Gap[] } {
  const { root, gaps } = parseJson(text, file);
  if (root === undefined) return { root, gaps };
  const isTemplate = root.kind === 'map' && schema.test(stringOf(child(root, '$schema')) ?? '');
  return isTemplate ? { root, gaps } : { root: undefined, gaps: [] };
}

/**
 * Values of the parameter file that stands beside a template: `<name>.parameters.json`, or for the export of the
 * portal (`template.json`) `parameters.json`. Values kept in a vault are not among them.
 */
export function parametersBeside(file: string, source: Source): { given: Map<string, Given>; gaps: Gap[] } {
  const given = new Map<string, Given>();
  const folder = folderOf(file) === '' ? '' : `${folderOf(file)}/`;
  const stem = nameOf(file).replace(/\.json$/i, '');
  const candidates = [`${stem}.parameters.json`, ...(stem === 'template' ? ['parameters.json'] : [])];
  if (stem.toLowerCase() === 'maintemplate') candidates.push('azuredeploy.parameters.json');
  const path = candidates.map((name) => `${folder}${name}`).find((candidate) => source.has(candidate));
  if (path === undefined) return { given, gaps: [] };
  const { root, gaps } = parseJson(source.text(path), path);
  const parameters = child(root, 'parameters');
  if (parameters?.kind !== 'map') return { given, gaps };
  for (const [name, entry] of parameters.entries) {
    const value = child(entry.node, 'value');
    if (value !== undefined) given.set(name.toLowerCase(), { node: value, scope: undefined, frame: newFrame() });
  }
  return { given, gaps };
}
