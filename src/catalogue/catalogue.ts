import { append } from '../base/multimap.ts';
import { DemarcError } from '../base/errors.ts';
import type {
  AuditLog,
  Control,
  Framework,
  Posture,
  Requirement,
  Responsibility,
  Service,
  Source,
  TypeMeaning,
  VendorFact,
} from '../model/catalogue.ts';

/** What the files under `catalogue/` say, in plain JSON. */
export interface CatalogueData {
  /** `<newest read date>+<12 hex digits of the content's SHA-256>`; the same files give the same version. */
  readonly version: string;
  readonly controls: readonly Control[];
  readonly services: readonly Service[];
  readonly frameworks: readonly Framework[];
  readonly postures: readonly Posture[];
  readonly meanings: readonly TypeMeaning[];
}

/** A requirement with the framework it belongs to and its full reference (`owasp-llm@2025:LLM01`). */
export interface RequirementEntry {
  readonly reference: string;
  readonly framework: Framework;
  readonly requirement: Requirement;
}

/** The catalogue with its indexes. Queries over it are in queries.ts. */
export interface Catalogue extends CatalogueData {
  readonly controlsById: ReadonlyMap<string, Control>;
  readonly servicesById: ReadonlyMap<string, Service>;
  /** Service id → control id → responsibility. */
  readonly responsibilities: ReadonlyMap<string, ReadonlyMap<string, Responsibility>>;
  /** Full reference → requirement. */
  readonly requirements: ReadonlyMap<string, RequirementEntry>;
  /** Bare id or alias → full references; more than one where editions share an id. */
  readonly requirementNames: ReadonlyMap<string, readonly string[]>;
  /** Control id → full references of the active and draft requirements it serves, in file order. */
  readonly frameworksByControl: ReadonlyMap<string, readonly string[]>;
  /** Resource type → its meanings, in file order; the first whose `when` holds applies. */
  readonly meaningsByType: ReadonlyMap<string, readonly TypeMeaning[]>;
}

/** `<framework>@<version>:<requirement>` */
export function referenceOf(framework: Framework, requirement: Requirement): string {
  return `${framework.id}@${framework.version}:${requirement.id}`;
}

/** Adds the indexes. The data is trusted: it comes from `buildCatalogue` or `reviveCatalogue`. */
export function indexCatalogue(data: CatalogueData): Catalogue {
  const requirements = new Map<string, RequirementEntry>();
  const requirementNames = new Map<string, string[]>();
  const frameworksByControl = new Map<string, string[]>();
  const meaningsByType = new Map<string, TypeMeaning[]>();
  for (const framework of data.frameworks) {
    for (const requirement of framework.requirements) {
      const reference = referenceOf(framework, requirement);
      requirements.set(reference, { reference, framework, requirement });
      for (const name of new Set([requirement.id, ...requirement.aliases])) append(requirementNames, name, reference);
      if (requirement.status !== 'active' && requirement.status !== 'draft') continue;
      for (const control of requirement.controls) append(frameworksByControl, control, reference);
    }
  }
  for (const meaning of data.meanings) append(meaningsByType, meaning.type, meaning);
  return {
    ...data,
    controlsById: new Map(data.controls.map((control) => [control.id, control])),
    servicesById: new Map(data.services.map((service) => [service.id, service])),
    responsibilities: new Map(
      data.services.map((service) => [
        service.id,
        new Map(service.responsibilities.map((cell) => [cell.control, cell])),
      ]),
    ),
    requirements,
    requirementNames,
    frameworksByControl,
    meaningsByType,
  };
}

/** Services with each source written once: most cells of a service cite the same few pages. */
interface CompiledService extends Omit<Service, 'responsibilities' | 'facts' | 'audits'> {
  readonly responsibilities: readonly (Omit<Responsibility, 'source'> & { readonly source: number })[];
  readonly facts: readonly (Omit<VendorFact, 'source'> & { readonly source: number })[];
  /** Absent in catalogues compiled before there were any. */
  readonly audits?: readonly (Omit<AuditLog, 'source'> & { readonly source: number })[];
}

/** The compiled form: plain JSON, read back by `reviveCatalogue` without validation. */
export interface CompiledCatalogue extends Omit<CatalogueData, 'services'> {
  readonly format: 1;
  readonly sources: readonly Source[];
  readonly services: readonly CompiledService[];
}

/** The catalogue as plain JSON for the build's single data file; the indexes are left out. */
export function serialiseCatalogue(catalogue: CatalogueData): CompiledCatalogue {
  const sources: Source[] = [];
  const numbers = new Map<string, number>();
  function numberOf(source: Source): number {
    const key = JSON.stringify(source);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, sources.length);
    sources.push(source);
    return sources.length - 1;
  }
  const services = catalogue.services.map((service) => ({
    ...service,
    responsibilities: service.responsibilities.map((cell) => ({ ...cell, source: numberOf(cell.source) })),
    facts: service.facts.map((fact) => ({ ...fact, source: numberOf(fact.source) })),
    audits: service.audits.map((audit) => ({ ...audit, source: numberOf(audit.source) })),
  }));
  const { version, controls, frameworks, postures, meanings } = catalogue;
  return { format: 1, version, controls, sources, services, frameworks, postures, meanings };
}

/**
 * Reads back what `serialiseCatalogue` wrote and the build compiled into one file.
 * @throws DemarcError DMC_DATA_MISSING when the value is not a compiled catalogue of this format
 */
export function reviveCatalogue(compiled: unknown): Catalogue {
  if (!isCompiled(compiled)) {
    throw new DemarcError('DMC_DATA_MISSING', 'the compiled catalogue is missing or of another format', {
      hint: 'install the package again',
    });
  }
  const { format: _format, sources, services, ...rest } = compiled;
  function sourceAt(number: number): Source {
    const source = sources[number];
    if (source === undefined)
      throw new DemarcError('DMC_DATA_MISSING', `the compiled catalogue lacks source ${number}`);
    return source;
  }
  return indexCatalogue({
    ...rest,
    services: services.map((service) => ({
      ...service,
      responsibilities: service.responsibilities.map((cell) => ({ ...cell, source: sourceAt(cell.source) })),
      facts: service.facts.map((fact) => ({ ...fact, source: sourceAt(fact.source) })),
      audits: (service.audits ?? []).map((audit) => reviveAudit(audit, sourceAt(audit.source))),
    })),
  });
}

/** JSON has no undefined: what was left out is put back. */
function reviveAudit(audit: Omit<AuditLog, 'source'>, source: Source): AuditLog {
  const { importer, provider, retentionDays } = audit;
  const holdings = audit.holdings.map((held) => ({ ...held, switch: held.switch }));
  return { ...audit, importer, provider, retentionDays, holdings, source };
}

function isCompiled(value: unknown): value is CompiledCatalogue {
  if (typeof value !== 'object' || value === null) return false;
  const bag = value as Readonly<Record<string, unknown>>;
  const lists = ['controls', 'sources', 'services', 'frameworks', 'postures', 'meanings'];
  return bag.format === 1 && typeof bag.version === 'string' && lists.every((list) => Array.isArray(bag[list]));
}
