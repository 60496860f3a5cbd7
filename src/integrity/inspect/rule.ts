import type { FindingCode } from './finding.ts';
import { pattern } from './match.ts';

export interface Rule {
  readonly code: FindingCode;
  readonly pattern: RegExp;
  /** What it says has an honest use, but where it is pressed for. */
  readonly isPressed?: true;
}

/** Rules that have a word in common: a sentence without one needs none of them. */
export interface RuleGroup {
  readonly gate: RegExp;
  readonly rules: readonly Rule[];
}

export const rule = (code: FindingCode, source: string): Rule => ({ code, pattern: pattern(source) });
export const gate = (source: string): RegExp => new RegExp(source, 'u');
