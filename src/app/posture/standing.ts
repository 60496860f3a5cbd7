import type { Assessment } from '../../model/assessment.ts';
import type { Posture } from '../../model/catalogue.ts';
import type { Finding } from '../../model/finding.ts';
import type { Rule } from '../../model/rule.ts';
import { isList, Ref } from '../../model/value.ts';

/** What a lock is compared with is told by rules for this control; it is no reason not to make a new one. */
const aboutLocks = 'configuration.drift-detection';

/** How a client stands to a posture. */
export interface PostureStanding {
  /** Findings, not accepted, on the client or on what belongs to it, for controls that the posture requires. */
  readonly against: readonly Finding[];
  /** Rules for such controls that could not be decided: nothing is known to stand against it, and nothing for it. */
  readonly undecided: readonly string[];
}

/** @param client id of the `agent.client`; its settings, servers, hooks and instructions belong to it */
export function standingOf(
  client: string,
  { findings, verdicts, node }: Pick<Assessment, 'findings' | 'verdicts' | 'node'>,
  { controls }: Posture,
  rules: ReadonlyMap<string, Rule>,
): PostureStanding {
  const links = node(client)?.resource.properties['$links'];
  const own = new Set([
    client,
    ...(isList(links) ? links : []).flatMap((link) => (link instanceof Ref ? link.target : [])),
  ]);
  const counts = (control: string | undefined): boolean =>
    control !== undefined && control !== aboutLocks && controls[control] === 'required';
  const unknown = verdicts.filter(
    ({ state, resource, rule }) => state === 'unknown' && own.has(resource) && counts(rules.get(rule)?.control),
  );
  return {
    against: findings.filter(
      ({ resource, control, suppressed }) => own.has(resource) && suppressed === undefined && counts(control),
    ),
    undecided: [...new Set(unknown.map(({ rule }) => rule))].sort(),
  };
}
