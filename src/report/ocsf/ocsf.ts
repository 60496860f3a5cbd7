import type { Assessment } from '../../model/assessment.ts';
import type { Finding } from '../../model/finding.ts';
import type { Severity } from '../../model/rule.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import { remediesFor } from '../remediation.ts';
import type { ReportContext } from '../report.ts';

/** OCSF 1.8.0, class Compliance Finding (category Findings), activity Create. */
const classUid = 2003;
const severityIds: Readonly<Record<Severity, readonly [number, string]>> = {
  info: [1, 'Informational'],
  low: [2, 'Low'],
  medium: [3, 'Medium'],
  high: [4, 'High'],
  critical: [5, 'Critical'],
};

/**
 * The assessment as OCSF 1.8.0 events, one JSON object a line: a Compliance Finding (2003) for each finding (status
 * Fail) and for each check that could not be decided (status Unknown). The class fits every kind of rule: a control is
 * checked against configuration; a Detection Finding (2004) is for what was seen to happen.
 */
export function renderOcsf(assessment: Assessment, context: ReportContext): string {
  return [...ocsfChunks(assessment, context)].join('');
}

/** The same text in pieces, one event each. */
export function* ocsfChunks(assessment: Assessment, context: ReportContext): Generator<string> {
  const index = new AssessmentIndex(assessment);
  for (const finding of assessment.findings)
    yield `${JSON.stringify(findingEvent(finding, assessment, index, context))}\n`;
  for (const verdict of assessment.verdicts)
    if (verdict.state === 'unknown') yield `${JSON.stringify(undecidedEvent(verdict, assessment, index, context))}\n`;
}

function findingEvent(
  finding: Finding,
  assessment: Assessment,
  index: AssessmentIndex,
  context: ReportContext,
): object {
  const rule = context.rules.get(finding.rule);
  const remedies = remediesFor(rule, index.node(finding.resource)?.resource.dialect);
  const [severityId, severity] = severityIds[finding.severity];
  const suppressed = finding.suppressed;
  return {
    ...envelope(assessment),
    severity_id: severityId,
    severity,
    status_id: suppressed === undefined ? 1 : 3,
    status: suppressed === undefined ? 'New' : 'Suppressed',
    ...(suppressed === undefined ? {} : { status_detail: suppressed.reason }),
    message: `${finding.title}: ${index.node(finding.resource)?.resource.name ?? finding.resource}`,
    finding_info: {
      uid: finding.fingerprint,
      title: finding.title,
      ...(rule === undefined ? {} : { desc: rule.why, src_url: rule.source.url }),
      types: [finding.kind],
      analytic: analyticOf(finding.rule),
      created_time: Date.parse(assessment.startedAt),
    },
    compliance: compliance(
      finding.control,
      finding.rule,
      3,
      finding.evidence.map(
        (reading) => `${reading.path} = ${reading.value} (${reading.location.file}:${reading.location.line})`,
      ),
      context,
    ),
    ...(remedies.length === 0
      ? {}
      : {
          remediation: {
            desc: remedies.map(({ dialect, text }) => (dialect === 'any' ? text : `${dialect}: ${text}`)).join('\n'),
            ...(rule === undefined ? {} : { references: [rule.source.url] }),
          },
        }),
    resources: [
      resourceOf(finding.resource, 3, finding.location, index),
      ...finding.path.filter((id) => id !== finding.resource).map((id) => resourceOf(id, 4, undefined, index)),
    ],
  };
}

function undecidedEvent(
  verdict: { readonly rule: string; readonly resource: string; readonly reason: string },
  assessment: Assessment,
  index: AssessmentIndex,
  context: ReportContext,
): object {
  const rule = context.rules.get(verdict.rule);
  return {
    ...envelope(assessment),
    severity_id: 0,
    severity: 'Unknown',
    status_id: 1,
    status: 'New',
    message: `Not decided: ${rule?.title ?? verdict.rule}`,
    finding_info: {
      uid: `undecided:${verdict.rule}:${verdict.resource}`,
      title: `Not decided: ${rule?.title ?? verdict.rule}`,
      types: ['not-assessed'],
      analytic: analyticOf(verdict.rule),
      created_time: Date.parse(assessment.startedAt),
    },
    compliance: compliance(rule?.control ?? '', verdict.rule, 0, [verdict.reason], context),
    resources: [resourceOf(verdict.resource, 3, undefined, index)],
  };
}

function envelope(assessment: Assessment): object {
  return {
    activity_id: 1,
    activity_name: 'Create',
    category_uid: 2,
    category_name: 'Findings',
    class_uid: classUid,
    class_name: 'Compliance Finding',
    type_uid: classUid * 100 + 1,
    type_name: 'Compliance Finding: Create',
    time: Date.parse(assessment.startedAt),
    metadata: {
      version: '1.8.0',
      product: { name: 'Demarc', version: assessment.demarc, vendor_name: 'Demarc' },
      log_version: assessment.catalogueVersion,
      original_time: assessment.startedAt,
    },
  };
}

/** type_id 1 is Rule. */
function analyticOf(rule: string): object {
  return { uid: rule, name: rule, type_id: 1, type: 'Rule' };
}

/** Standards are frameworks at their version, requirements the references into them. */
function compliance(
  controlId: string,
  rule: string,
  statusId: 0 | 3,
  details: readonly string[],
  { catalogue, rules }: ReportContext,
): object {
  const control = catalogue.controlsById.get(controlId);
  const references = catalogue.frameworksByControl.get(controlId) ?? [];
  const standards = [...new Set(references.map((reference) => reference.slice(0, reference.indexOf(':'))))];
  const status = statusId === 3 ? 'Fail' : 'Unknown';
  return {
    control: controlId,
    ...(control === undefined ? {} : { desc: control.statement, category: control.layer }),
    ...(references.length === 0 ? {} : { standards, requirements: references }),
    status_id: statusId,
    status,
    ...(details.length === 0 ? {} : { status_details: details }),
    checks: [{ uid: rule, name: rules.get(rule)?.title ?? rule, status_id: statusId, status }],
  };
}

/** role_id 3 is Affected, 4 Related. */
function resourceOf(
  id: string,
  roleId: 3 | 4,
  location: Finding['location'] | undefined,
  index: AssessmentIndex,
): object {
  const node = index.node(id);
  const base = { uid: id, role_id: roleId, role: roleId === 3 ? 'Affected' : 'Related' };
  if (node === undefined) return base;
  const { resource, service } = node;
  const { file, line, column } = location ?? resource.location;
  return {
    ...base,
    name: resource.name,
    type: resource.type,
    labels: [
      ...index.workloadsOf(id).map((workload) => `workload:${workload.id}`),
      ...(service === undefined ? [] : [`service:${service}`]),
    ],
    data: { file, line, column, dialect: resource.dialect, address: resource.address, confidence: resource.confidence },
  };
}
