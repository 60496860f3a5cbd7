import type { Assessment } from '../../model/assessment.ts';
import { withSuppression } from '../../model/finding.ts';
import type { Node } from '../../model/graph.ts';
import { Interpolated, isList, isProperties, Ref, Secret, Unknown, type Value } from '../../model/value.ts';
import type { ReportContext } from '../report.ts';

/**
 * The assessment as JSON, the contract for programs (schema: docs/schema/assessment.schema.json). Markers of values
 * are written as `{"$unknown": reason}`, `{"$ref": resource id, "attribute"?}`, `{"$parts": [...]}`, `{"$secret": kind}`.
 * What many entries share stands once: `rules` and `controls` are keyed by id.
 */
export function renderJson(assessment: Assessment, context: ReportContext): string {
  return [...jsonChunks(assessment, context)].join('');
}

/**
 * The same text in pieces, one entry of a list a line: a report of a large estate is longer than one string may be.
 */
export function* jsonChunks(assessment: Assessment, context: ReportContext): Generator<string> {
  const { demarc, catalogueVersion, startedAt, roots, summary, posture, gaps, edges } = assessment;
  const chains = new Map(assessment.chains.map((chain) => [chain.workload, chain.links]));
  yield `{\n"demarc": ${JSON.stringify(demarc)},\n"catalogue": ${JSON.stringify(catalogueVersion)},\n"startedAt": ${JSON.stringify(startedAt)},\n`;
  yield `"roots": ${JSON.stringify(roots)},\n"summary": ${JSON.stringify(summary)},\n"posture": ${JSON.stringify(posture ?? null)},\n`;
  yield* list('findings', assessment.findings, (finding) => ({
    ...withSuppression(finding, undefined),
    suppressed: finding.suppressed ?? null,
  }));
  yield* list('gaps', gaps, (gap) => gap);
  yield* list('workloads', assessment.workloads, ({ id, name, services, resources }) => ({
    id,
    name,
    services,
    chain: chains.get(id) ?? [],
    resources,
  }));
  const controls = new Set(assessment.findings.map(({ control }) => control));
  yield* list('responsibilities', assessment.responsibilities, ({ frameworks: _inControls, ...cell }) => {
    controls.add(cell.control);
    return cell;
  });
  const unknown = assessment.verdicts.flatMap((verdict) => (verdict.state === 'unknown' ? [verdict] : []));
  yield* list('unknown', unknown, ({ rule, resource, reason }) => ({ rule, resource, reason }));
  yield* list('resources', assessment.nodes, plainNode);
  yield* list('edges', edges, (edge) => edge);
  yield `"rules": ${JSON.stringify(rulesOf(assessment, context))},\n"controls": ${JSON.stringify(controlsOf(controls, context))}\n}\n`;
}

function* list<T>(name: string, items: Iterable<T>, plain: (item: T) => unknown): Generator<string> {
  yield `${JSON.stringify(name)}: [`;
  let separator = '\n';
  for (const item of items) {
    yield `${separator}${JSON.stringify(plain(item))}`;
    separator = ',\n';
  }
  yield separator === '\n' ? '],\n' : '\n],\n';
}

function plainNode({ resource, service, traits }: Node): unknown {
  const { type, id, name, dialect, address, location, confidence, properties } = resource;
  return {
    type,
    id,
    name,
    dialect,
    address,
    location,
    confidence,
    service: service ?? null,
    traits: [...traits],
    properties: plainValue(properties),
  };
}

/** The rules that said something, by id. */
function rulesOf({ verdicts }: Assessment, { rules }: ReportContext): Record<string, unknown> {
  const used = new Set(verdicts.map((verdict) => verdict.rule));
  return Object.fromEntries(
    [...used].sort().flatMap((id) => {
      const rule = rules.get(id);
      if (rule === undefined) return [];
      const { title, severity, kind, control, why, remediation, source, covers } = rule;
      return [[id, { title, severity, kind, control, why, remediation, reference: source.url, covers }]];
    }),
  );
}

/** The controls that occur, by id, with what frameworks call them. */
function controlsOf(used: ReadonlySet<string>, { catalogue }: ReportContext): Record<string, unknown> {
  return Object.fromEntries(
    [...used].sort().map((id) => {
      const control = catalogue.controlsById.get(id);
      return [
        id,
        {
          title: control?.title ?? id,
          layer: control?.layer ?? null,
          frameworks: catalogue.frameworksByControl.get(id) ?? [],
        },
      ];
    }),
  );
}

/** A property value as plain JSON, markers written as objects with a `$` key. */
export function plainValue(value: Value): unknown {
  if (value instanceof Unknown) return { $unknown: value.reason };
  if (value instanceof Ref)
    return value.attribute === undefined ? { $ref: value.target } : { $ref: value.target, attribute: value.attribute };
  if (value instanceof Secret) return { $secret: value.kind, fingerprint: value.fingerprint };
  if (value instanceof Interpolated) return { $parts: value.parts.map((part) => plainValue(part)) };
  if (isList(value)) return value.map(plainValue);
  if (!isProperties(value)) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, plainValue(value[key] ?? null)]));
}
