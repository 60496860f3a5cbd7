import type { ControlState } from '../../model/assessment.ts';
import type { Severity } from '../../model/rule.ts';

/** Colours of terminal output, or none. ANSI SGR sequences (ECMA-48, 8.3.117). */
export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  severity(severity: Severity, text: string): string;
  state(state: ControlState, text: string): string;
}

const plain = (text: string): string => text;

/** No colours: pipes, files, `NO_COLOR`. */
export const plainStyle: Style = { bold: plain, dim: plain, severity: (_, text) => text, state: (_, text) => text };

const severityCodes: Readonly<Record<Severity, number>> = { critical: 35, high: 31, medium: 33, low: 36, info: 37 };
const stateCodes: Readonly<Record<ControlState, number>> = {
  held: 32,
  open: 31,
  inherited: 32,
  claimed: 36,
  'not-assessed': 33,
  orphaned: 35,
};

const sgr = (code: number, text: string): string => `\x1b[${code}m${text}\x1b[0m`;

export const colourStyle: Style = {
  bold: (text) => sgr(1, text),
  dim: (text) => sgr(2, text),
  severity: (severity, text) => sgr(severityCodes[severity], text),
  state: (state, text) => sgr(stateCodes[state], text),
};
