import type { Assessment } from '../../model/assessment.ts';
import type { Finding } from '../../model/finding.ts';
import type { Severity } from '../../model/rule.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import { prettyWithList } from '../pretty-list.ts';
import type { ReportContext } from '../report.ts';
import { visibleText } from '../visible-text.ts';
import { artifactLocation, physicalLocation } from './location.ts';
import { descriptorOf } from './rule-descriptor.ts';

/** SARIF knows three levels of failure; the exact severity is in `security-severity` and in the properties. */
const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

const gapDescriptions = {
  unreadable: 'Could not be read',
  'too-large': 'Over a limit',
  syntax: 'Does not parse',
  unsupported: 'A form that is not evaluated',
  unresolved: 'Refers to something outside what was read',
  symlink: 'A link that leaves the assessed path',
} as const;

/**
 * The assessment as SARIF 2.1.0 (OASIS Standard, with Errata 01).
 *
 * Findings are results of kind `fail`; accepted ones carry a suppression. A verdict that could not be reached is a
 * result of kind `open` with level `none`: 3.27.9 defines it as "insufficient information to decide whether a problem
 * exists", while `review` asks a person to judge something that was fully seen. Gaps are notifications of the invocation.
 */
export function renderSarif(assessment: Assessment, context: ReportContext): string {
  return [...sarifChunks(assessment, context)].join('');
}

/** The same text in pieces, one result each: that of a large estate is longer than one string may be. */
export function* sarifChunks(assessment: Assessment, context: ReportContext): Generator<string> {
  const index = new AssessmentIndex(assessment);
  const ids = [
    ...new Set([
      ...assessment.findings.map(({ rule }) => rule),
      ...assessment.verdicts.flatMap((verdict) => (verdict.state === 'unknown' ? [verdict.rule] : [])),
    ]),
  ].sort();
  const ruleIndex = new Map(ids.map((id, at) => [id, at]));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Demarc',
            version: assessment.demarc,
            semanticVersion: assessment.demarc,
            rules: ids.map((id) => descriptorOf(id, context, levels)),
            notifications: Object.entries(gapDescriptions).map(([kind, text]) => ({
              id: `gap/${kind}`,
              shortDescription: { text },
            })),
          },
        },
        automationDetails: { id: 'demarc/assess' },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { SRCROOT: { description: { text: 'The folder that was assessed' } } },
        invocations: [
          {
            executionSuccessful: true,
            startTimeUtc: assessment.startedAt,
            toolExecutionNotifications: notificationsOf(assessment),
          },
        ],
        results: [],
        properties: { catalogue: assessment.catalogueVersion },
      },
    ],
  };
  yield* prettyWithList(log, 'results', 4, resultsOf(assessment, ruleIndex, index, context));
  yield '\n';
}

function* resultsOf(
  assessment: Assessment,
  ruleIndex: ReadonlyMap<string, number>,
  index: AssessmentIndex,
  context: ReportContext,
): Generator<object> {
  const anySuppressed = assessment.findings.some((finding) => finding.suppressed !== undefined);
  for (const finding of assessment.findings)
    yield {
      ruleIndex: ruleIndex.get(finding.rule) ?? 0,
      ...resultOf(finding, assessment, index, context),
      ...(anySuppressed ? { suppressions: suppressionsOf(finding) } : {}),
    };
  for (const verdict of assessment.verdicts) {
    if (verdict.state !== 'unknown') continue;
    const resource = index.node(verdict.resource)?.resource;
    const message = `Not decided for ${resource?.name ?? verdict.resource}: ${verdict.reason}. Not assessed is not passed.`;
    yield {
      ruleIndex: ruleIndex.get(verdict.rule) ?? 0,
      ruleId: verdict.rule,
      kind: 'open',
      level: 'none',
      message: { text: visibleText(message) },
      ...(resource === undefined ? {} : { locations: [{ physicalLocation: physicalLocation(resource.location) }] }),
      ...(anySuppressed ? { suppressions: [] } : {}),
    };
  }
}

function resultOf(
  finding: Finding,
  assessment: Assessment,
  index: AssessmentIndex,
  { catalogue }: ReportContext,
): object {
  const node = index.node(finding.resource);
  const elsewhere = finding.evidence.filter(
    (reading) => reading.location.file !== finding.location.file || reading.location.line !== finding.location.line,
  );
  const path = finding.path.length > 1 ? finding.path : [];
  return {
    ruleId: finding.rule,
    kind: 'fail',
    level: levels[finding.severity],
    message: { text: visibleText(messageOf(finding, node?.resource.name ?? finding.resource)) },
    locations: [findingLocation(finding, assessment, index)],
    partialFingerprints: { 'demarc/v1': finding.fingerprint },
    ...(elsewhere.length === 0
      ? {}
      : {
          relatedLocations: elsewhere.map((reading, at) => ({
            id: at + 1,
            message: { text: visibleText(`${reading.path} = ${reading.value}`) },
            physicalLocation: physicalLocation(reading.location),
          })),
        }),
    ...(path.length === 0
      ? {}
      : {
          codeFlows: [
            {
              message: { text: 'The path along which the finding arises' },
              threadFlows: [
                { locations: path.map((id, at) => ({ executionOrder: at + 1, location: stepOf(id, index) })) },
              ],
            },
          ],
        }),
    properties: {
      severity: finding.severity,
      findingKind: finding.kind,
      control: finding.control,
      layer: catalogue.controlsById.get(finding.control)?.layer ?? 'unknown',
      workloads: index.workloadsOf(finding.resource).map((workload) => workload.id),
      ...(node === undefined ? {} : { resourceType: node.resource.type, confidence: node.resource.confidence }),
    },
  };
}

function findingLocation(
  { fingerprint, location, resource: id }: Finding,
  { excerpts }: Assessment,
  index: AssessmentIndex,
): object {
  const resource = index.node(id)?.resource;
  const excerpt = excerpts().get(fingerprint);
  const context = excerpt && {
    contextRegion: {
      startLine: excerpt.firstLine,
      endLine: excerpt.firstLine + excerpt.lines.length - 1,
      snippet: { text: excerpt.lines.join('\n') },
    },
  };
  return {
    physicalLocation: { ...physicalLocation(location), ...context },
    logicalLocations: [{ fullyQualifiedName: resource?.address ?? id, name: resource?.name ?? id, kind: 'resource' }],
  };
}

function messageOf(finding: Finding, name: string): string {
  const reading = finding.evidence[0];
  return reading === undefined
    ? `${finding.title}: ${name}`
    : `${finding.title}: ${name} (${reading.path} = ${reading.value})`;
}

function stepOf(id: string, index: AssessmentIndex): object {
  const resource = index.node(id)?.resource;
  const message = { text: visibleText(resource === undefined ? id : `${resource.name} (${resource.type})`) };
  return resource === undefined ? { message } : { message, physicalLocation: physicalLocation(resource.location) };
}

/** 3.27.23: once one result says whether it is suppressed, the others say that they are not. */
function suppressionsOf({ suppressed }: Finding): readonly object[] {
  return suppressed === undefined
    ? []
    : [
        {
          kind: 'external',
          status: 'accepted',
          justification: visibleText(suppressed.reason),
          properties: { by: suppressed.by },
        },
      ];
}

function notificationsOf({ gaps }: Assessment): readonly object[] {
  return gaps.map((gap) => ({
    descriptor: { id: `gap/${gap.kind}`, index: Object.keys(gapDescriptions).indexOf(gap.kind) },
    level: 'warning',
    message: { text: visibleText(gap.reason) },
    locations: [
      {
        physicalLocation:
          gap.location.file === '' ? { artifactLocation: artifactLocation('.') } : physicalLocation(gap.location),
      },
    ],
  }));
}
