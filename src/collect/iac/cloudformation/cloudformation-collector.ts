import { messageOf } from '../../../base/errors.ts';
import type { Collected, Collector, Source, SourceFile, Unit } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Properties } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { isCdkAsset, isCdkSettings, unsynthesised } from './cdk.ts';
import { resourcesOf } from './resources.ts';
import { looksLikeTemplate, parseTemplate } from './template.ts';

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
    plan: (files, source) =>
      files.filter((file) => isUnit(file, source)).map((file) => ({ id: file.path, files: [file] })),
    collect: (unit, source) => collect(unit, source, options),
  };
}

function isUnit(file: SourceFile, source: Source): boolean {
  try {
    return isCdkSettings(file.path) || looksLikeTemplate(source.text(file.path));
  } catch (thrown) {
    // What cannot be read is reported by whoever walks the tree; a `.template` file is claimed by nobody else.
    return /\.template$/i.test(file.path) && !(thrown instanceof Unreadable && thrown.kind === 'unsupported');
  }
}

function collect(unit: Unit, source: Source, options: CloudFormationOptions): Collected {
  const resources: Collected['resources'][number][] = [];
  const gaps: Gap[] = [];
  for (const { path } of unit.files) {
    try {
      const text = source.text(path);
      if (isCdkSettings(path)) {
        gaps.push(...unsynthesised(text, path, source));
        continue;
      }
      const parsed = parseTemplate(text, path);
      gaps.push(...parsed.gaps);
      if (parsed.template === undefined) continue;
      const found = resourcesOf(parsed.template, source, options);
      resources.push(...found.resources);
      gaps.push(...found.gaps);
    } catch (thrown) {
      const kind = thrown instanceof Unreadable ? thrown.kind : 'unsupported';
      gaps.push({ kind, reason: messageOf(thrown), location: { file: path, line: 1, column: 1 } });
    }
  }
  return { resources, gaps };
}
