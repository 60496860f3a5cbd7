import { severities, type Severity } from '../model/rule.ts';

export interface Suppression {
  readonly rule: string;
  readonly path?: string | undefined;
  readonly resource?: string | undefined;
  readonly reason: string;
  readonly owner: string;
  /** ISO date; after it the suppression no longer counts. */
  readonly expires: string;
}

export interface Config {
  readonly paths: readonly string[];
  readonly exclude: readonly string[];
  readonly posture: 'lockdown' | 'controlled' | 'open' | undefined;
  readonly failOn: Severity;
  readonly severities: ReadonlyMap<string, Severity>;
  readonly disabled: ReadonlySet<string>;
  readonly suppressions: readonly Suppression[];
}

export const defaultConfig: Config = {
  paths: [],
  exclude: [],
  posture: undefined,
  failOn: 'high',
  severities: new Map(),
  disabled: new Set(),
  suppressions: [],
};

/** Whether a severity is at or above another. */
export function isAtLeast(value: Severity, threshold: Severity): boolean {
  return severities.indexOf(value) <= severities.indexOf(threshold);
}
