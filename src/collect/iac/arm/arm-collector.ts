import { messageOf } from '../../../base/errors.ts';
import type { Collected, Collector, PlanSource, Source, SourceFile, Unit } from '../../../model/collect.ts';
import type { Gap } from '../../../model/gap.ts';
import type { Resource } from '../../../model/resource.ts';
import type { Properties } from '../../../model/value.ts';
import { Unreadable } from '../../source.ts';
import { resourcesOf } from './resources.ts';
import { looksLikeTemplate, parametersBeside, parseTemplate } from './template.ts';

/** What the collector is given from outside: the schema's view of a type. */
export interface ArmOptions {
  /** Brings an evaluated body to the canonical shape. */
  readonly canonicalise: (type: string, properties: Properties) => Properties;
  /** Whether resources of a type are wanted; others are not evaluated. */
  readonly isRelevant: (type: string) => boolean;
  /** Types in the case to give them: Azure compares without case. */
  readonly knownTypes: readonly string[];
}

/**
 * Reads Azure Resource Manager templates (JSON, including what `bicep build` makes), told by their schema.
 * Parameters count with the value of the parameter file beside the template, else with their default. Bicep source is a
 * gap: it has to be built first.
 */
export function armCollector(options: ArmOptions): Collector {
  const known = new Map(options.knownTypes.map((type) => [type.toLowerCase(), type]));
  return {
    id: 'arm',
    version: 1,
    claims: (path) => /\.(?:json|bicep|bicepparam)$/i.test(path),
    plan: (files, source) =>
      files.filter((file) => isUnit(file, source)).map((file) => ({ id: file.path, files: [file] })),
    collect: (unit, source) => collect(unit, source, { ...options, known }),
  };
}

function isBicep(path: string): boolean {
  return /\.bicep(?:param)?$/i.test(path);
}

function isUnit(file: SourceFile, source: PlanSource): boolean {
  if (isBicep(file.path)) return true;
  try {
    return source.fact(file.path, 'arm template', looksLikeTemplate);
  } catch {
    // A JSON file that cannot be read is reported by whoever walks the tree: nothing says it is a template.
    return false;
  }
}

function collect(
  unit: Unit,
  source: Source,
  options: ArmOptions & { readonly known: ReadonlyMap<string, string> },
): Collected {
  const resources: Resource[] = [];
  const gaps: Gap[] = [];
  for (const { path } of unit.files) {
    const location = { file: path, line: 1, column: 1 };
    if (isBicep(path)) {
      const reason = 'Bicep source is not evaluated: build it to ARM JSON (bicep build)';
      gaps.push({ kind: 'unsupported', reason, location });
      continue;
    }
    try {
      const parsed = parseTemplate(source.text(path), path);
      gaps.push(...parsed.gaps);
      if (parsed.root === undefined) continue;
      const beside = parametersBeside(path, source);
      const found = resourcesOf(parsed.root, path, beside.given, source, options);
      resources.push(...found.resources);
      gaps.push(...beside.gaps, ...found.gaps);
    } catch (thrown) {
      const kind = thrown instanceof Unreadable ? thrown.kind : 'unsupported';
      gaps.push({ kind, reason: messageOf(thrown), location });
    }
  }
  return { resources, gaps };
}
