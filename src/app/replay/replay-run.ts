import type { DecideTrace, TraceVerdict } from '../../decide/trace-decider.ts';
import type { CallTrace } from '../../model/provenance.ts';
import { RunTracer } from '../../provenance/run-tracer.ts';
import type { TraceThresholds } from '../../provenance/trace.ts';
import type { LabelsOf } from './labels.ts';
import type { RecordedRun } from './recorded-run.ts';

export interface ReplayOptions {
  readonly decide: DecideTrace;
  readonly labelsOf: LabelsOf;
  /** Whether the gateway sees the model traffic: what the user and the system say. */
  readonly userWords: boolean;
  readonly thresholds?: TraceThresholds;
}

/** One call of a replayed run: what was known of it, and what the policy set says. */
export interface ReplayedCall {
  readonly trace: CallTrace;
  readonly verdict: TraceVerdict;
  /** For the scorer only. */
  readonly injected: boolean;
}

/**
 * Walks a recorded run in order, as the gateway sees it: words, each call before it runs, each result after. Decisions do
 * not change what the recording does next.
 */
export function replayRun(run: Pick<RecordedRun, 'messages'>, options: ReplayOptions): ReplayedCall[] {
  const { decide, labelsOf, userWords, thresholds } = options;
  const tracer = new RunTracer(thresholds);
  const calls: ReplayedCall[] = [];
  const argumentsOf = new Map<string, unknown>();
  for (const message of run.messages) {
    switch (message.role) {
      case 'system':
        if (userWords) tracer.system(message.text ?? '');
        break;
      case 'user':
        if (userWords) tracer.user(message.text ?? '');
        break;
      case 'assistant':
        for (const { id, tool, args, injected } of message.calls ?? []) {
          if (id !== undefined) argumentsOf.set(id, args);
          const trace = tracer.call(tool, labelsOf(tool, args), args);
          calls.push({ trace, verdict: decide(trace), injected: injected === true });
        }
        break;
      case 'tool': {
        const { tool, id } = message;
        const args = argumentsOf.get(id ?? '');
        tracer.result(labelsOf(tool, args), textOf(message), { tool, args });
        break;
      }
    }
  }
  return calls;
}

function textOf({ text, error }: { readonly text?: string | null | undefined; readonly error?: unknown }): string {
  const failed = errorText(error);
  if (text === undefined || text === null || text === '') return failed;
  return failed === '' || text.includes(failed) ? text : `${text}\n${failed}`;
}

/** An error's text is a result as well: whoever answers writes it. */
function errorText(error: unknown): string {
  return typeof error === 'string' ? error : error === null || error === undefined ? '' : JSON.stringify(error);
}
