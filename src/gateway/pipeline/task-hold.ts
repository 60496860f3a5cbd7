import { DemarcError } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { ClientContext, TaskHold } from '../interceptor.ts';
import { taskCancelledEvent } from './events.ts';
import { type PipelineParts, runningOf } from './parts.ts';

/** A task that a call may become, as the kill switch knows it; of the call, no more is kept than that needs. */
export function taskHold(
  parts: PipelineParts,
  { run, call, tool }: { readonly run: string; readonly call: string; readonly tool: string },
  context: ClientContext,
): TaskHold {
  const running = runningOf(run, context);
  const { principal, server } = context;
  // Trace contexts are short; a client may write anything there.
  const trace = (context.trace?.length ?? 0) > limits.identifierLengthMax ? undefined : context.trace;
  return {
    run,
    enter: () => parts.kill.enter(running),
    takenBack: async (taskId, reason, signal) => {
      // It is stopped, whether that can be recorded or not.
      const event = taskCancelledEvent({ run, call, tool, principal, server, trace }, taskId, reason);
      await parts.record(event, 'async').catch(() => undefined);
      const credential = await parts.credentials.headersFor(server, principal, signal);
      if (credential.kind === 'refused') throw new DemarcError('DMC_UPSTREAM', credential.text);
      for (const issued of credential.events) await parts.record(issued, 'durable');
      return credential.headers;
    },
  };
}
