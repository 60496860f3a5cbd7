import { asJsonObject, isJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import { compileCondition } from './condition.ts';
import { compileSelection, type Matcher } from './selection.ts';
import { sigmaError } from './sigma-error.ts';

export const sigmaLevels = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type SigmaLevel = (typeof sigmaLevels)[number];

interface SigmaHead {
  readonly id: string;
  /** What correlations refer to; the id where a rule has none. */
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly level: SigmaLevel;
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
}

/** A rule over single events. */
export interface SigmaRule extends SigmaHead {
  readonly kind: 'rule';
  readonly matches: Matcher;
}

export const correlationTypes = ['event_count', 'value_count', 'temporal', 'temporal_ordered'] as const;
export type CorrelationType = (typeof correlationTypes)[number];

/** A rule over matches of other rules. */
export interface SigmaCorrelation extends SigmaHead {
  readonly kind: 'correlation';
  readonly type: CorrelationType;
  /** Ids or names of the rules it looks at, in order. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Alias → rule name → field. */
  readonly aliases: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly timespanMs: number;
  /** Whether a count is enough. */
  readonly isEnough: (count: number) => boolean;
  /** The field whose values are counted, for `value_count`. */
  readonly field: string | undefined;
  /** Whether the rules it looks at report on their own as well. */
  readonly generate: boolean;
}

export type SigmaDocument = SigmaRule | SigmaCorrelation;

/**
 * Reads one Sigma document (specification 2.1; correlations 2.0) that is already parsed from YAML.
 *
 * @returns undefined for a rule whose log source is another product's: it says nothing of agents' events
 * @throws DemarcError `DMC_RULE_INVALID` when it is malformed or uses what is not supported
 */
export function readSigmaDocument(document: unknown): SigmaDocument | undefined {
  if (!isJsonObject(document)) throw sigmaError('not a Sigma document');
  const head = readHead(document);
  try {
    if (document['correlation'] !== undefined) return readCorrelation(head, document['correlation'], document);
    return isJsonObject(document['logsource']) && document['logsource']['product'] === 'demarc'
      ? { kind: 'rule', ...head, matches: readDetection(document['detection']) }
      : undefined;
  } catch (thrown) {
    throw thrown instanceof Error ? sigmaError(`rule \`${head.id}\`: ${thrown.message}`) : thrown;
  }
}

function readHead(document: Readonly<Record<string, unknown>>): SigmaHead {
  const { title, id, name, description, level, tags, references, falsepositives } = document;
  if (typeof title !== 'string' || title === '') throw sigmaError('a Sigma document has no title');
  if (typeof id !== 'string' && typeof name !== 'string') throw sigmaError(`\`${title}\` has neither id nor name`);
  const own = typeof id === 'string' ? id : String(name);
  return {
    id: own,
    name: typeof name === 'string' ? name : own,
    title,
    description: typeof description === 'string' ? description.trim() : '',
    level: sigmaLevels.find((known) => known === level) ?? 'medium',
    tags: texts(tags),
    references: texts(references),
    falsePositives: texts(falsepositives),
  };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function readDetection(detection: unknown): Matcher {
  if (!isJsonObject(detection)) throw sigmaError('there is no detection');
  const { condition, timeframe, ...selections } = detection;
  if (timeframe !== undefined) throw sigmaError('`timeframe` is not supported: write a correlation');
  const compiled = new Map(Object.entries(selections).map(([name, value]) => [name, compileSelection(value)]));
  const conditions = Array.isArray(condition) ? condition : [condition];
  if (conditions.length === 0 || conditions.some((text) => typeof text !== 'string'))
    throw sigmaError('the detection has no condition');
  const matchers = conditions.map((text) => compileCondition(String(text), compiled));
  return (event) => matchers.some((matches) => matches(event));
}

function readCorrelation(
  head: SigmaHead,
  correlation: unknown,
  document: Readonly<Record<string, unknown>>,
): SigmaCorrelation {
  if (!isJsonObject(correlation)) throw sigmaError('the correlation is no map');
  const type = correlationTypes.find((known) => known === correlation['type']);
  if (type === undefined) throw sigmaError(`the correlation type \`${String(correlation['type'])}\` is not supported`);
  const rules = [correlation['rules']].flat().filter((rule) => typeof rule === 'string');
  if (rules.length === 0) throw sigmaError('the correlation names no rule');
  const condition = asJsonObject(correlation['condition']);
  const field = typeof condition['field'] === 'string' ? condition['field'] : undefined;
  if (type === 'value_count' && field === undefined) throw sigmaError('`value_count` needs a field in its condition');
  return {
    kind: 'correlation',
    ...head,
    type,
    rules,
    groupBy: [correlation['group-by'] ?? []].flat().map(String),
    aliases: readAliases(correlation['aliases']),
    timespanMs: readTimespan(correlation['timespan']),
    isEnough:
      type.startsWith('temporal') && Object.keys(condition).length === 0
        ? (count) => count >= rules.length
        : readCount(condition),
    field,
    generate: (correlation['generate'] ?? document['generate']) === true,
  };
}

function readAliases(aliases: unknown): SigmaCorrelation['aliases'] {
  if (aliases === undefined) return {};
  if (!isJsonObject(aliases)) throw sigmaError('`aliases` is no map');
  return Object.fromEntries(
    Object.entries(aliases).map(([alias, fields]) => [
      alias,
      Object.fromEntries(Object.entries(asJsonObject(fields)).map(([rule, field]) => [rule, String(field)])),
    ]),
  );
}

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function readTimespan(timespan: unknown): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(String(timespan)) ?? [];
  if (count === undefined) throw sigmaError(`\`${String(timespan)}\` is no timespan`, 'a number and s, m, h or d');
  return Number(count) * unitMs[unit as keyof typeof unitMs];
}

/** A stream shows what has happened, not that nothing more will: a count needs a lower bound. */
function readCount(condition: Readonly<Record<string, unknown>>): (count: number) => boolean {
  const bound = (name: string): number | undefined =>
    typeof condition[name] === 'number' ? condition[name] : undefined;
  const [gt, gte, eq, lt, lte] = [bound('gt'), bound('gte'), bound('eq'), bound('lt'), bound('lte')];
  if (gt === undefined && gte === undefined && eq === undefined)
    throw sigmaError('the condition of a correlation needs `gt`, `gte` or `eq`');
  if (Math.max((gt ?? 0) + 1, gte ?? 0, eq ?? 0) > limits.correlationEventsMax)
    throw sigmaError(`a correlation keeps ${limits.correlationEventsMax} events: a higher count is never reached`);
  return (count) =>
    (gt === undefined || count > gt) &&
    (gte === undefined || count >= gte) &&
    (eq === undefined || count === eq) &&
    (lt === undefined || count < lt) &&
    (lte === undefined || count <= lte);
}
