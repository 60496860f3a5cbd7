import type { Location } from './location.ts';
import type { RuleKind, Severity } from './rule.ts';

/** One property a verdict read: where it stands and what it held, free of secrets. */
export interface Reading {
  readonly resource: string;
  readonly path: string;
  readonly value: string;
  readonly location: Location;
}

/** A control that is not held on the reader's side: rule × resource × evidence. */
export interface Finding {
  /** Stable across runs and line shifts: hash of rule, resource address and file. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly kind: RuleKind;
  readonly severity: Severity;
  readonly control: string;
  readonly title: string;
  /** Resource id. */
  readonly resource: string;
  readonly location: Location;
  readonly evidence: readonly Reading[];
  /** For path findings: resource ids along the path, in order. */
  readonly path: readonly string[];
  /** Set when `demarc.yaml` or a baseline accepts it; such a finding never fails the run. */
  readonly suppressed: { readonly reason: string; readonly by: 'config' | 'baseline' } | undefined;
}

/** A finding as plain data that is accepted, or not. Its evidence and path may be made on demand: a spread would lose them. */
export function withSuppression(finding: Finding, suppressed: Finding['suppressed']): Finding {
  const { fingerprint, rule, kind, severity, control, title, resource, location, evidence, path } = finding;
  return { fingerprint, rule, kind, severity, control, title, resource, location, evidence, path, suppressed };
}

/** What a rule says of one resource. */
export type Verdict =
  | { readonly state: 'held'; readonly rule: string; readonly resource: string; readonly evidence: readonly Reading[] }
  | { readonly state: 'open'; readonly rule: string; readonly resource: string; readonly finding: Finding }
  | { readonly state: 'unknown'; readonly rule: string; readonly resource: string; readonly reason: string };
