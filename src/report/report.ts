import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Assessment } from '../model/assessment.ts';
import type { Rule } from '../model/rule.ts';

/** What a report may look up besides the assessment itself. */
export interface ReportContext {
  readonly catalogue: Catalogue;
  /** By rule id, with the severities in force. */
  readonly rules: ReadonlyMap<string, Rule>;
}

/** Renders an assessment to the text of one file. Pure: the same assessment gives the same text. */
export type Report = (assessment: Assessment, context: ReportContext) => string;
