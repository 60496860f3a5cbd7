import type { Assessment } from '../../model/assessment.ts';
import { severities, type Severity } from '../../model/rule.ts';
import type { ReportContext } from '../../report/report.ts';
import { renderBaseline } from '../baseline.ts';
import { isAtLeast } from '../config.ts';
import { hasColour, type Context } from '../context.ts';
import { withAssessment } from '../run-assessment.ts';
import { inBatches, writeReport } from '../write-report.ts';
import type { AssessFlags, Format } from './assess.ts';

/** Runs `demarc assess`. @returns the exit code */
export async function runAssess(context: Context, flags: AssessFlags, paths: readonly string[]): Promise<number> {
  // What a terminal shows is a small part, and is rendered whole before any of it is written.
  const partly = flags.format === 'terminal' && flags.html === undefined;
  const { assessment, config, report, pieces } = await withAssessment(
    context,
    paths,
    { ...flags, partly },
    async (run) => ({
      ...run,
      pieces: await render(flags.format, run.assessment, run.report, context, flags.output === undefined),
    }),
  );
  if (flags.output === undefined) for (const piece of inBatches(pieces)) context.process.stdout.write(piece);
  else writeReport(context, flags.output, pieces);
  if (flags.html !== undefined) {
    writeReport(context, flags.html, await render('html', assessment, report, context, false));
    if (flags.format === 'terminal') context.process.stdout.write(`\nHTML report: ${flags.html}\n`);
  }
  if (flags.writeBaseline !== undefined) writeReport(context, flags.writeBaseline, renderBaseline(assessment.findings));
  return exitCode(assessment, flags.failOn ?? config.failOn, flags.strict);
}

/** 1 for findings at or above the threshold, 3 for gaps when they count, 0 otherwise. Findings come first. */
export function exitCode(assessment: Assessment, failOn: Severity | 'never', strict: boolean): number {
  const { findings } = assessment.summary;
  if (failOn !== 'never' && severities.some((severity) => findings[severity] > 0 && isAtLeast(severity, failOn)))
    return 1;
  return strict && assessment.gaps.length > 0 ? 3 : 0;
}

async function render(
  format: Format,
  assessment: Assessment,
  report: ReportContext,
  context: Context,
  toScreen: boolean,
): Promise<string | Iterable<string>> {
  switch (format) {
    case 'terminal': {
      const [{ renderTerminal }, { colourStyle, plainStyle }] = await Promise.all([
        import('../../report/terminal/terminal.ts'),
        import('../../report/terminal/style.ts'),
      ]);
      return renderTerminal(assessment, report, toScreen && hasColour(context) ? colourStyle : plainStyle);
    }
    case 'json':
      return (await import('../../report/json/json.ts')).jsonChunks(assessment, report);
    case 'html':
      return (await import('../../report/html/html.ts')).htmlChunks(assessment, report);
    case 'sarif':
      return (await import('../../report/sarif/sarif.ts')).sarifChunks(assessment, report);
    case 'ocsf':
      return (await import('../../report/ocsf/ocsf.ts')).ocsfChunks(assessment, report);
    case 'ml-bom':
      return (await import('../../report/ml-bom/ml-bom.ts')).renderMlBom(assessment, report);
    case 'markdown':
      return (await import('../../report/markdown/markdown.ts')).renderMarkdown(assessment, report);
    case 'junit':
      return (await import('../../report/junit/junit.ts')).renderJunit(assessment, report);
  }
}
