import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { DemarcError } from '../base/errors.ts';
import { nameOf } from '../base/path.ts';
import type { Control, Framework, Posture, Service, TypeMeaning } from '../model/catalogue.ts';
import { indexCatalogue } from './catalogue.ts';
import type { Catalogue, CatalogueData } from './catalogue.ts';
import { checkReferences } from './check-references.ts';
import { controlFile, domainFile, frameworkFile, postureFile, serviceFile } from './schema.ts';
import type { ControlFile, DomainFile, FrameworkFile } from './schema.ts';
import { serviceOf } from './service-of.ts';

/** A parsed YAML file and its path, of which the folder below `catalogue/` says what it holds. */
export interface CatalogueDocument {
  readonly path: string;
  readonly value: unknown;
}

/** What is wrong, in which file, and where in it (`controls[3].statement`; empty for the whole file). */
export interface CatalogueProblem {
  readonly file: string;
  readonly path: string;
  readonly message: string;
}

/** Where something of the catalogue was written, for problems found after parsing. */
export type FileOf = ReadonlyMap<object, string>;

interface Parts {
  readonly controls: Control[];
  readonly services: Service[];
  readonly frameworks: Framework[];
  readonly postures: Posture[];
  readonly meanings: TypeMeaning[];
}

/**
 * Validates and cross-references the files of `catalogue/{controls,services,frameworks,postures,domains}/`.
 * @throws DemarcError DMC_CATALOGUE_INVALID naming every problem with file and path; `cause` is `CatalogueProblem[]`
 */
export function buildCatalogue(documents: readonly CatalogueDocument[]): Catalogue {
  const problems: CatalogueProblem[] = [];
  const parts: Parts = { controls: [], services: [], frameworks: [], postures: [], meanings: [] };
  const files = new Map<object, string>();
  // In path order, so that the result does not depend on how a file system lists its folders.
  const ordered = [...documents].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const document of ordered) readDocument(document, parts, files, problems);
  const catalogue = indexCatalogue({ version: versionOf(parts), ...parts });
  problems.push(...checkReferences(catalogue, files));
  if (problems.length === 0) return catalogue;
  const list = problems.map(({ file, path, message }) => `${file}${path === '' ? '' : ` ${path}`}: ${message}`);
  throw new DemarcError(
    'DMC_CATALOGUE_INVALID',
    `catalogue has ${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}: ${list.join('; ')}`,
    { cause: problems },
  );
}

const folderPattern = /(?:^|\/)(controls|services|frameworks|postures|domains)\//;

function readDocument(
  document: CatalogueDocument,
  parts: Parts,
  files: Map<object, string>,
  problems: CatalogueProblem[],
): void {
  const { path: file } = document;
  function parse<Schema extends z.ZodType>(schema: Schema): z.infer<Schema> | undefined {
    const result = schema.safeParse(document.value);
    if (result.success) return result.data;
    problems.push(
      ...result.error.issues.map((issue) => ({ file, path: pathText(issue.path), message: messageOf(issue) })),
    );
    return undefined;
  }
  function keep<Part extends object>(list: Part[], part: Part, expectedName?: string): void {
    list.push(part);
    files.set(part, file);
    const name = nameOf(file).replace(/\.ya?ml$/, '');
    if (expectedName === undefined || name === expectedName) return;
    problems.push({ file, path: '', message: `must be named \`${expectedName}.yaml\`` });
  }
  const folder = folderPattern.exec(file)?.[1];
  if (folder === 'controls') {
    const parsed = parse(controlFile);
    if (parsed !== undefined) for (const control of controlsOf(parsed)) keep(parts.controls, control, control.layer);
  } else if (folder === 'services') {
    const parsed = parse(serviceFile);
    if (parsed !== undefined) keep(parts.services, serviceOf(parsed, file, problems), parsed.id);
  } else if (folder === 'frameworks') {
    const parsed = parse(frameworkFile);
    if (parsed !== undefined) keep(parts.frameworks, frameworkOf(parsed), `${parsed.id}@${parsed.version}`);
  } else if (folder === 'postures') {
    const parsed = parse(postureFile);
    if (parsed !== undefined) keep<Posture>(parts.postures, parsed, parsed.id);
  } else if (folder === 'domains') {
    const parsed = parse(domainFile);
    if (parsed !== undefined) for (const meaning of meaningsOf(parsed)) keep(parts.meanings, meaning);
  } else {
    problems.push({ file, path: '', message: 'lies in no folder of the catalogue' });
  }
}

function controlsOf(file: ControlFile): Control[] {
  return file.controls.map(({ id, title, statement }) => ({ id, title, layer: file.layer, statement }));
}

function frameworkOf(file: FrameworkFile): Framework {
  return {
    ...file,
    requirements: file.requirements.map(({ id, title, status, replacedBy, aliases, appliesFrom, controls }) => ({
      id,
      title,
      status,
      replacedBy,
      aliases,
      appliesFrom,
      controls,
    })),
  };
}

function meaningsOf(file: DomainFile): TypeMeaning[] {
  return file.map(({ type, when, service, traits, party, edges }) => ({
    type,
    when,
    service,
    traits,
    party,
    edges: Object.fromEntries(
      Object.entries(edges).map(([path, edge]) => [
        path,
        typeof edge === 'string' ? { kind: edge, reverse: false } : edge,
      ]),
    ),
  }));
}

function versionOf(data: Omit<CatalogueData, 'version'>): string {
  const dates = data.services.flatMap((service) =>
    [...service.responsibilities, ...service.facts, ...service.audits].map((cell) => cell.source.read),
  );
  const newest = [...dates, ...data.frameworks.map((framework) => framework.read)].sort().at(-1) ?? '0000-00-00';
  return `${newest}+${createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, 12)}`;
}

/** `['controls', 3, 'statement']` → `controls[3].statement` */
function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
    .join('')
    .replace(/^\./, '');
}

/** A union's own message says only that nothing matched: the messages of its branches say why. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'invalid_union') return issue.message.replaceAll('\n', ' ');
  const reasons = issue.errors.flat().map((inner) => messageOf(inner));
  return reasons.length === 0 ? issue.message : [...new Set(reasons)].join(' or ');
}
