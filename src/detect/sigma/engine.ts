import { append } from '../../base/multimap.ts';
import { Forgotten } from '../forgotten.ts';
import { CorrelationState, type Hit } from './correlation.ts';
import type { EventView } from './event-view.ts';
import { sigmaError } from './sigma-error.ts';
import type { SigmaCorrelation, SigmaDocument, SigmaRule } from './sigma-rule.ts';

/** A rule that spoke, and the events it rests on, oldest first. */
export interface Detection {
  readonly rule: SigmaDocument;
  readonly hits: readonly Hit[];
}

interface Listener {
  readonly correlation: SigmaCorrelation;
  readonly state: CorrelationState;
  readonly position: number;
}

/** Evaluates Sigma rules and correlations over a stream of events, in order. */
export class SigmaEngine {
  readonly #rules: readonly SigmaRule[];
  /** Who looks at the matches of a document, by its id. */
  readonly #listeners = new Map<string, Listener[]>();
  /** Documents that do not report on their own: they are only parts of correlations. */
  readonly #silent = new Set<string>();
  /** How far back an event may count for a correlation, in milliseconds. */
  readonly spanMs: number;

  /** @throws DemarcError `DMC_RULE_INVALID` for an unknown reference, a name given twice, or a cycle of correlations */
  constructor(documents: readonly SigmaDocument[], forgotten = new Forgotten()) {
    this.#rules = documents.filter((document) => document.kind === 'rule');
    const byName = nameIndex(documents);
    for (const correlation of documents) {
      if (correlation.kind !== 'correlation') continue;
      const state = new CorrelationState(correlation, forgotten);
      for (const [position, name] of correlation.rules.entries()) {
        const target = byName.get(name);
        if (target === undefined)
          throw sigmaError(`rule \`${correlation.id}\` looks at \`${name}\`, which does not exist`);
        if (reaches(target, correlation, byName)) throw sigmaError(`rule \`${correlation.id}\` looks at itself`);
        append(this.#listeners, target.id, { correlation, state, position });
        if (!correlation.generate) this.#silent.add(target.id);
      }
    }
    this.spanMs = Math.max(0, ...documents.map((document) => spanOf(document, byName)));
  }

  /** Takes the next event. @param index of its ledger entry @returns what spoke, in order of the rules */
  feed(event: EventView, index: number): Detection[] {
    const found: Detection[] = [];
    for (const rule of this.#rules) if (rule.matches(event)) this.#tell(rule, [{ index, event }], found);
    return found;
  }

  #tell(rule: SigmaDocument, hits: readonly Hit[], found: Detection[]): void {
    if (!this.#silent.has(rule.id)) found.push({ rule, hits });
    const last = hits.at(-1);
    if (last === undefined) return;
    for (const { correlation, state, position } of this.#listeners.get(rule.id) ?? []) {
      const together = state.feed(position, [rule.id, rule.name], last);
      if (together !== undefined) this.#tell(correlation, together, found);
    }
  }
}

function nameIndex(documents: readonly SigmaDocument[]): Map<string, SigmaDocument> {
  const byName = new Map<string, SigmaDocument>();
  for (const document of documents)
    for (const name of new Set([document.id, document.name])) {
      if (byName.has(name)) throw sigmaError(`two rules are called \`${name}\``);
      byName.set(name, document);
    }
  return byName;
}

/** How long before it speaks a document's first event may lie; correlations of correlations add up. */
function spanOf(document: SigmaDocument, byName: ReadonlyMap<string, SigmaDocument>): number {
  if (document.kind === 'rule') return 0;
  const parts = document.rules.flatMap((name) => byName.get(name) ?? []).map((part) => spanOf(part, byName));
  return document.timespanMs + Math.max(0, ...parts);
}

function reaches(
  from: SigmaDocument,
  wanted: SigmaCorrelation,
  byName: ReadonlyMap<string, SigmaDocument>,
  seen = new Set<string>(),
): boolean {
  if (from.id === wanted.id) return true;
  if (from.kind === 'rule' || seen.has(from.id)) return false;
  seen.add(from.id);
  return from.rules.some((name) => {
    const next = byName.get(name);
    return next !== undefined && reaches(next, wanted, byName, seen);
  });
}
