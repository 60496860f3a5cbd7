import type { Assessment } from '../../model/assessment.ts';
import { Interpolated, isList, isProperties, Ref, Secret, Unknown, type Value } from '../../model/value.ts';
import type { ReportContext } from '../report.ts';

/**
 * The assessment as JSON, the contract for programs (schema: docs/schema/assessment.schema.json). Markers of values
 * are written as `{"$unknown": reason}`, `{"$ref": resource id, "attribute"?}`, `{"$parts": [...]}`, `{"$secret": kind}`.
 */
export function renderJson(assessment: Assessment, { catalogue, rules }: ReportContext): string {
  const {
    demarc,
    catalogueVersion,
    startedAt,
    roots,
    summary,
    workloads,
    chains,
    responsibilities,
    posture,
    gaps,
    edges,
  } = assessment;
  const document = {
    demarc,
    catalogue: catalogueVersion,
    startedAt,
    roots,
    summary,
    workloads: workloads.map((workload) => ({
      ...workload,
      edges: workload.edges,
      chain: chains.find((chain) => chain.workload === workload.id)?.links ?? [],
    })),
    responsibilities,
    findings: assessment.findings.map((finding) => ({
      ...finding,
      suppressed: finding.suppressed ?? null,
      why: rules.get(finding.rule)?.why ?? '',
      remediation: rules.get(finding.rule)?.remediation ?? {},
      reference: rules.get(finding.rule)?.source.url ?? '',
      frameworks: catalogue.frameworksByControl.get(finding.control) ?? [],
    })),
    unknown: assessment.verdicts.flatMap((verdict) =>
      verdict.state === 'unknown' ? [{ rule: verdict.rule, resource: verdict.resource, reason: verdict.reason }] : [],
    ),
    posture: posture ?? null,
    gaps,
    resources: assessment.nodes.map(({ resource, service, traits }) => ({
      type: resource.type,
      id: resource.id,
      name: resource.name,
      dialect: resource.dialect,
      address: resource.address,
      location: resource.location,
      confidence: resource.confidence,
      service: service ?? null,
      traits: [...traits],
      properties: plainValue(resource.properties),
    })),
    edges,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
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
