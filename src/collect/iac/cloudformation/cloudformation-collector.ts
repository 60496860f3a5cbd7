import { messageOf } from '../../../base/errors.ts';
import { folderOf } from '../../../base/path.ts';
import type { Collected, Collector, PlanSource, Source, SourceFile, Unit } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Properties } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { isCdkAsset, isCdkSettings, unsynthesised } from './cdk.ts';
import { stacksOf } from './stacks.ts';
import { looksLikeTemplate, parseTemplate, type Template } from './template.ts';

/** What the collector is given from outside: the schema's view of a type. */
export interface CloudFormationOptions {
  /** Brings evaluated properties to the canonical shape (texts to booleans, JSON strings to documents). */
  readonly canonicalise: (type: string, properties: Properties) => Properties;
  /** Whether resources of a type are wanted; others are not evaluated. */
  readonly isRelevant: (type: string) => boolean;
}

/**
 * Reads CloudFormation, SAM and synthesised CDK templates, in YAML and JSON, told by content and not by name.
 * A parameter counts with its default (see parameters.ts); conditions are decided by Kleene logic, and a resource
 * whose condition is not known counts as present.
 */
export function cloudformationCollector(options: CloudFormationOptions): Collector {
  return {
    id: 'cloudformation',
    version: 1,
    claims: (path) => /\.(?:ya?ml|json|template)$/i.test(path) && !isCdkAsset(path),
    plan,
    collect: (unit, source) => collect(unit, source, options),
  };
}

/**
 * One unit a template, but all templates below a folder together when one there nests others: what a nested stack gets
 * for its parameters is decided by its parent.
 */
function plan(files: readonly SourceFile[], source: PlanSource): Unit[] {
  const parents: string[] = [];
  const templates: SourceFile[] = [];
  for (const file of files) {
    const kind = sniff(file, source);
    if (kind !== undefined) templates.push(file);
    if (kind === 'parent') parents.push(folderOf(file.path));
  }
  const units = new Map<string, SourceFile[]>();
  const isWithin = (path: string, folder: string): boolean => folder === '' || path.startsWith(`${folder}/`);
  // The shortest folder wins, so that a parent and all it can nest are in one unit.
  const folders = [...new Set(parents)].toSorted((a, b) => a.length - b.length);
  for (const file of templates) {
    const folder = folders.find((candidate) => isWithin(file.path, candidate));
    const id = folder === undefined || isCdkSettings(file.path) ? file.path : `${folder}/*`;
    units.set(id, [...(units.get(id) ?? []), file]);
  }
  return [...units].map(([id, members]) => ({ id, files: members }));
}

function sniff(file: SourceFile, source: PlanSource): 'parent' | 'single' | undefined {
  try {
    if (isCdkSettings(file.path)) return 'single';
    return source.fact(file.path, 'cloudformation template', kindOf) ?? undefined;
  } catch (thrown) {
    // What cannot be read is reported by whoever walks the tree; a `.template` file is claimed by nobody else.
    const isBinary = thrown instanceof Unreadable && thrown.kind === 'unsupported';
    return /\.template$/i.test(file.path) && !isBinary ? 'single' : undefined;
  }
}

function kindOf(text: string): 'parent' | 'single' | null {
  if (!looksLikeTemplate(text)) return null;
  return /AWS::CloudFormation::Stack|AWS::Serverless::Application/.test(text) ? 'parent' : 'single';
}

function collect(unit: Unit, source: Source, options: CloudFormationOptions): Collected {
  const gaps: Gap[] = [];
  const templates = new Map<string, Template>();
  for (const { path } of unit.files) {
    try {
      const text = source.text(path);
      if (isCdkSettings(path)) {
        gaps.push(...unsynthesised(text, path, source));
        continue;
      }
      const parsed = parseTemplate(text, path);
      gaps.push(...parsed.gaps);
      if (parsed.template !== undefined) templates.set(path, parsed.template);
    } catch (thrown) {
      const kind = thrown instanceof Unreadable ? thrown.kind : 'unsupported';
      gaps.push({ kind, reason: messageOf(thrown), location: { file: path, line: 1, column: 1 } });
    }
  }
  const found = stacksOf(templates, source, options);
  return { resources: found.resources, gaps: [...gaps, ...found.gaps] };
}
