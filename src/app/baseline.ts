import { resolve } from 'node:path';
import { DemarcError, messageOf } from '../base/errors.ts';
import { decodeText } from '../collect/source.ts';
import type { Finding } from '../model/finding.ts';
import type { Context } from './context.ts';

interface BaselineFile {
  readonly demarcBaseline: 1;
  readonly findings: readonly { readonly fingerprint: string; readonly rule: string; readonly file: string }[];
}

/** Fingerprints a baseline accepts. @throws DemarcError `DMC_BASELINE_INVALID` */
export function readBaseline(context: Context, path: string): ReadonlySet<string> {
  try {
    const parsed = JSON.parse(
      decodeText(context.files.read(resolve(context.environment.workingDirectory, path))),
    ) as Partial<BaselineFile>;
    if (parsed.demarcBaseline !== 1 || !Array.isArray(parsed.findings)) throw new TypeError('not a baseline file');
    return new Set(parsed.findings.map((finding) => finding.fingerprint));
  } catch (thrown) {
    throw new DemarcError('DMC_BASELINE_INVALID', `baseline \`${path}\`: ${messageOf(thrown)}`, {
      cause: thrown,
      hint: 'write one with `demarc assess --write-baseline <file>`',
    });
  }
}

/** The text of a baseline that accepts the findings of this run. */
export function renderBaseline(findings: readonly Finding[]): string {
  const file: BaselineFile = {
    demarcBaseline: 1,
    findings: findings.map(({ fingerprint, rule, location }) => ({ fingerprint, rule, file: location.file })),
  };
  return `${JSON.stringify(file, null, 2)}\n`;
}
