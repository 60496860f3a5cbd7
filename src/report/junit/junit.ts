import type { Assessment } from '../../model/assessment.ts';
import type { Verdict } from '../../model/finding.ts';
import { AssessmentIndex } from '../assessment-index.ts';
import { remediesFor } from '../remediation.ts';
import type { ReportContext } from '../report.ts';
import { escapeXml } from './escape-xml.ts';

/**
 * The assessment as JUnit XML: a test suite for each rule, a test case for each resource it was applied to. An open
 * verdict fails; an accepted finding and an undecided check are skipped with their reason, so that neither looks like a
 * pass. Gaps are a suite of skipped cases.
 */
export function renderJunit(assessment: Assessment, context: ReportContext): string {
  const index = new AssessmentIndex(assessment);
  const byRule = new Map<string, Verdict[]>();
  for (const verdict of assessment.verdicts) byRule.set(verdict.rule, [...(byRule.get(verdict.rule) ?? []), verdict]);
  const accepted = new Map(
    assessment.findings.flatMap((finding) =>
      finding.suppressed === undefined ? [] : [[finding.fingerprint, finding.suppressed.reason] as const],
    ),
  );
  const suites = [...byRule]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([rule, verdicts]) =>
      suiteOf(
        rule,
        verdicts.map((verdict) => caseOf(verdict, accepted, index, context)),
        assessment,
      ),
    );
  if (assessment.gaps.length > 0) {
    const cases = assessment.gaps.map(({ kind, reason, location }) => ({
      state: 'skipped' as const,
      xml: testCase(`${location.file}:${location.line}`, `gap.${kind}`, `<skipped message="${escapeXml(reason)}"/>`),
    }));
    suites.push(suiteOf('gaps', cases, assessment));
  }
  const total = (key: 'tests' | 'failures' | 'skipped'): number => suites.reduce((sum, suite) => sum + suite[key], 0);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="demarc" tests="${total('tests')}" failures="${total('failures')}" errors="0" skipped="${total('skipped')}" time="${(assessment.summary.durationMs / 1000).toFixed(3)}">\n${suites.map((suite) => suite.xml).join('')}</testsuites>\n`;
}

interface Case {
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly xml: string;
}

function suiteOf(
  name: string,
  cases: readonly Case[],
  { startedAt }: Assessment,
): { tests: number; failures: number; skipped: number; xml: string } {
  const failures = cases.filter(({ state }) => state === 'failed').length;
  const skipped = cases.filter(({ state }) => state === 'skipped').length;
  const xml = `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failures}" errors="0" skipped="${skipped}" time="0" timestamp="${escapeXml(startedAt.replace(/\.\d+Z$|Z$/, ''))}">\n${cases.map((entry) => entry.xml).join('')}  </testsuite>\n`;
  return { tests: cases.length, failures, skipped, xml };
}

function caseOf(
  verdict: Verdict,
  accepted: ReadonlyMap<string, string>,
  index: AssessmentIndex,
  { rules }: ReportContext,
): Case {
  const resource = index.node(verdict.resource)?.resource;
  const location = verdict.state === 'open' ? verdict.finding.location : resource?.location;
  const name = `${resource?.name ?? verdict.resource}${location === undefined ? '' : ` (${location.file}:${location.line})`}`;
  switch (verdict.state) {
    case 'held':
      return { state: 'passed', xml: testCase(name, verdict.rule, '') };
    case 'unknown':
      return {
        state: 'skipped',
        xml: testCase(name, verdict.rule, `<skipped message="${escapeXml(`not decided: ${verdict.reason}`)}"/>`),
      };
    case 'open': {
      const { finding } = verdict;
      const reason = accepted.get(finding.fingerprint);
      if (reason !== undefined)
        return {
          state: 'skipped',
          xml: testCase(name, verdict.rule, `<skipped message="${escapeXml(`accepted: ${reason}`)}"/>`),
        };
      const rule = rules.get(finding.rule);
      const [remedy] = remediesFor(rule, resource?.dialect);
      const lines = [
        `${finding.location.file}:${finding.location.line}`,
        ...finding.evidence.map(
          (reading) => `${reading.path} = ${reading.value} (${reading.location.file}:${reading.location.line})`,
        ),
        ...(rule === undefined ? [] : [rule.why]),
        ...(remedy === undefined ? [] : [`Fix: ${remedy.text}`]),
      ];
      return {
        state: 'failed',
        xml: testCase(
          name,
          verdict.rule,
          `<failure message="${escapeXml(finding.title)}" type="${finding.severity}">${escapeXml(lines.join('\n'))}</failure>`,
        ),
      };
    }
  }
}

function testCase(name: string, classname: string, body: string): string {
  const head = `    <testcase name="${escapeXml(name)}" classname="${escapeXml(classname)}" time="0"`;
  return body === '' ? `${head}/>\n` : `${head}>${body}</testcase>\n`;
}
