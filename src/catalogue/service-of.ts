import type { AuditLog, AuditSubject, Responsibility, Service, Source, VendorFact } from '../model/catalogue.ts';
import type { CatalogueProblem } from './build.ts';
import type { ServiceFile, SourceEntry, SourceReference } from './schema.ts';

/** Stands in for a source that could not be resolved; the problem recorded for it fails the build. */
const unresolved: Source = {
  method: 'document',
  url: '',
  read: '0000-00-00',
  confidence: 'low',
  expires: '0000-00-00',
  conflicts: [],
};

/** A service with its sources resolved: names looked up, defaults filled in. Appends what cannot be resolved. */
export function serviceOf(parsed: ServiceFile, file: string, problems: CatalogueProblem[]): Service {
  const named = new Map(
    Object.entries(parsed.sources).map(([name, entry]) => [name, complete(entry, `sources.${name}`)]),
  );

  function report(path: string, message: string): void {
    problems.push({ file, path, message });
  }
  function complete(entry: SourceEntry, path: string): Source {
    const { read, confidence, expires, method = 'document' } = { ...parsed.defaults, ...entry };
    if (read === undefined || confidence === undefined || expires === undefined) {
      report(path, 'read, confidence and expires must stand here or in `defaults`');
      return unresolved;
    }
    if (expires <= read) report(path, `expires ${expires} is not after the day it was read (${read})`);
    return { method, url: entry.url, read, confidence, expires, conflicts: entry.conflicts ?? [] };
  }
  function resolve(reference: SourceReference, path: string): Source {
    if (typeof reference !== 'string') return complete(reference, path);
    const source = named.get(reference);
    if (source === undefined) report(path, `no source is named \`${reference}\``);
    return source ?? unresolved;
  }

  const responsibilities: Responsibility[] = Object.entries(parsed.responsibilities).map(([control, cell]) => ({
    control,
    parties: cell.parties,
    note: cell.note,
    source: resolve(cell.source, `responsibilities.${control}.source`),
  }));
  const facts: VendorFact[] = Object.entries(parsed.facts).map(([topic, fact]) => ({
    topic: topic as VendorFact['topic'],
    value: fact.value,
    source: resolve(fact.source, `facts.${topic}.source`),
  }));
  const audits: AuditLog[] = Object.entries(parsed.audits).map(([audit, { holds, source, ...log }]) => ({
    ...log,
    id: audit,
    importer: log.importer,
    provider: log.provider,
    retentionDays: log.retentionDays,
    holdings: Object.entries(holds).map(([subject, held]) => ({
      subject: subject as AuditSubject,
      detail: typeof held === 'string' ? held : held.detail,
      switch: typeof held === 'string' ? undefined : held.switch,
    })),
    source: resolve(source, `audits.${audit}.source`),
  }));
  const { id, name, vendor, category, chain, recommendations } = parsed;
  return { id, name, vendor, category, chain, responsibilities, facts, audits, recommendations };
}
