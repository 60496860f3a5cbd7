import type { AccessDecision, AccessRequest } from '../model/access.ts';
import type { Principal } from '../model/principal.ts';
import type { CallTrace } from '../model/provenance.ts';
import { unknownTool } from '../model/tool-labels.ts';
import { Decider } from './decider.ts';
import { loadPolicySet, type PolicySetSource, refusal } from './policy-set.ts';
import { preprocess } from './temporal/preprocess.ts';

/** What a policy set says about one recorded call. */
export type TraceVerdict = Pick<AccessDecision, 'decision' | 'reasons'>;

/** Decides a recorded call by what was traced of it. */
export type DecideTrace = (call: CallTrace) => TraceVerdict;

const server = 'recorded';
const name = 'call';

/** To whom nothing is missing: a recording tells of calls, not of who was allowed what. */
const anyone: Principal = {
  agent: 'recorded',
  roles: ['exception'],
  scopes: [],
  clearance: 'restricted',
  authentication: 'jwt',
  training: [{ module: 'agent-basics', expiresMs: Number.POSITIVE_INFINITY }],
  posture: 'lockdown',
};

/**
 * Decides recorded calls by a policy set, each on its trace alone: arguments have no types in a recording, so policies about
 * them are refused, and so are temporal conditions. @throws DemarcError `DMC_POLICY`
 */
export function traceDecider(source: Omit<PolicySetSource, 'tools' | 'preprocess'>): DecideTrace {
  for (const { path, text } of source.files)
    for (const { line } of preprocess(path, text).conditions)
      throw refusal([
        {
          file: path,
          line,
          message: 'a temporal condition asks what the run did before, and a recorded call is decided alone',
          hint: 'replay a set without `when temporal`',
        },
      ]);
  const decider = new Decider(loadPolicySet({ ...source, tools: [{ server, name, labels: unknownTool }] }));
  return (call) => {
    const request: AccessRequest = {
      principal: anyone,
      run: 'recorded',
      server,
      feature: 'tool',
      name,
      args: {},
      call,
      label: { confidentiality: call.readPrivate ? 'confidential' : 'internal', tainted: call.tainted },
      timeMs: 0,
    };
    return decider.decide(request);
  };
}
