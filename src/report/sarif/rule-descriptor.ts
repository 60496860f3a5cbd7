import type { Severity } from '../../model/rule.ts';
import { remediesFor } from '../remediation.ts';
import type { ReportContext } from '../report.ts';

/**
 * `security-severity` as code scanning services read it: a number in the style of CVSS, critical above 9, high above 7,
 * medium above 4. It orders; Demarc computes no CVSS score.
 */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '3.0',
  info: '1.0',
};
/** Code scanning services reject a rule with more tags. All references are in `properties.frameworks`. */
const tagsMax = 20;

/** A rule as SARIF reportingDescriptor (3.49) with help as text and Markdown. */
export function descriptorOf(
  id: string,
  { catalogue, rules }: ReportContext,
  levels: Readonly<Record<Severity, string>>,
): object {
  const rule = rules.get(id);
  if (rule === undefined) return { id };
  const control = catalogue.controlsById.get(rule.control);
  const frameworks = catalogue.frameworksByControl.get(rule.control) ?? [];
  const remedies = remediesFor(rule, undefined);
  const text = [
    rule.why,
    ...remedies.map((remedy) => `Fix (${remedy.dialect}): ${remedy.text}`),
    `Control: ${control?.title ?? rule.control}`,
    `Source: ${rule.source.url}`,
  ].join('\n\n');
  const markdown = [
    rule.why,
    ...(remedies.length > 0
      ? [
          '**Fix**',
          remedies
            .map((remedy) => (remedy.dialect === 'any' ? `- ${remedy.text}` : `- *${remedy.dialect}:* ${remedy.text}`))
            .join('\n'),
        ]
      : []),
    `**Control** ${control?.title ?? ''} (\`${rule.control}\`)`,
    ...(frameworks.length > 0
      ? [`**Frameworks** ${frameworks.map((reference) => `\`${reference}\``).join(', ')}`]
      : []),
    `**Source** <${rule.source.url}>, read ${rule.source.read}`,
  ].join('\n\n');
  return {
    id,
    name: id
      .split(/[.-]/)
      .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
      .join(''),
    shortDescription: { text: rule.title },
    fullDescription: { text: rule.why },
    help: { text, markdown },
    helpUri: rule.source.url,
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      tags: ['security', 'ai', ...(control === undefined ? [] : [`layer/${control.layer}`]), ...frameworks].slice(
        0,
        tagsMax,
      ),
      'security-severity': securitySeverity[rule.severity],
      precision: 'high',
      'problem.severity': levels[rule.severity] === 'note' ? 'recommendation' : levels[rule.severity],
      kind: rule.kind,
      control: rule.control,
      frameworks,
    },
  };
}
