/** critical > high > medium > low > info. */
export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export const severities: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info'];

/**
 * What a finding of the rule says.
 * - `misconfiguration`: a value is set (or left) in a way the control forbids
 * - `undecided`: nobody decided; a vendor default is in force
 * - `path`: a combination along the graph
 */
export type RuleKind = 'misconfiguration' | 'undecided' | 'path';
export type RuleStatus = 'experimental' | 'stable' | 'deprecated';

/** A node of a compiled CEL expression: operator, arguments, and where it stands in the expression (UTF-16 offset). */
export interface Expression {
  readonly op: string;
  readonly args: unknown;
}

/** An expression, or its JSON text: hundreds of rules are loaded, few are run, and only those are parsed. */
export type CompiledExpression = Expression | string;

/** One rule as compiled from `rules/<source>/<service>/<rule>/rule.yaml`. */
export interface Rule {
  /** Equals the folder path with dots: `aws.bedrock.agent-guardrail-missing`. Never reused. */
  readonly id: string;
  readonly title: string;
  /** The control it tests. */
  readonly control: string;
  readonly severity: Severity;
  readonly kind: RuleKind;
  readonly status: RuleStatus;
  /** Resource types it looks at; empty when `traits` selects. */
  readonly types: readonly string[];
  /** Traits it looks at (path rules): any resource with one of them. */
  readonly traits: readonly string[];
  /** Dialects it claims: each has a firing and a silent fixture. */
  readonly dialects: readonly string[];
  /** Posture ids it is limited to; empty for always. */
  readonly postures: readonly string[];
  readonly when: CompiledExpression | undefined;
  /** True is *held*, false is *open*, an unknown operand that matters is *unknown*. */
  readonly expect: CompiledExpression;
  readonly why: string;
  /** What to do, by dialect; `any` where one text serves all. */
  readonly remediation: Readonly<Record<string, string>>;
  readonly source: { readonly url: string; readonly read: string };
  /** Ids of wider rules: where one of them is open for the same resource, this one's finding is not told besides. */
  readonly within: readonly string[];
  /** Ids of the same test elsewhere: `posture:aws-bedrock-…`, `prowler:…`, `checkov:CKV_…`, `config:PRM-01`. */
  readonly covers: readonly string[];
}
