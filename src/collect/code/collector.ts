import { append } from '../../base/multimap.ts';
import { messageOf } from '../../base/errors.ts';
import { folderOf } from '../../base/path.ts';
import type { Collected, Collector, Source, SourceFile, Unit } from '../../model/collect.ts';
import { confidenceOf } from '../../model/confidence.ts';
import type { Gap } from '../../model/gap.ts';
import { Unreadable } from '../source.ts';
import type { Detected } from './detect.ts';
import { isDotenv, readDotenv } from './dotenv.ts';
import { Draft } from './draft.ts';
import { isLockFile, isManifest, readManifests } from './manifests/manifests.ts';
import { isVendored } from './prefilter.ts';
import { linkRoutes } from './link-routes.ts';
import { readFile, type Use, useOf } from './read-file.ts';
import { languageOf } from './read-module.ts';
import { Grammars, type GrammarLoader } from './syntax/grammar.ts';
import { isWorkflow, readWorkflow } from './workflows/github.ts';

/**
 * Finds AI use in application code: Python, TypeScript and JavaScript, Go, Java, C#. A unit is a package: the files
 * below a manifest, up to the next manifest. Parsers are loaded when a file first passes the prefilter.
 */
export function codeCollector(loader: GrammarLoader): Collector {
  const grammars = new Grammars(loader);
  return {
    id: 'code',
    version: 1,
    claims: (path) =>
      languageOf(path) !== undefined || isManifest(path) || isLockFile(path) || isDotenv(path) || isWorkflow(path),
    plan,
    collect: (unit, source) => new PackageReader(grammars, unit, source).read(),
  };
}

function plan(files: readonly SourceFile[]): Unit[] {
  const roots = new Set(files.filter((file) => isManifest(file.path)).map((file) => folderOf(file.path)));
  const units = new Map<string, SourceFile[]>();
  for (const file of files) {
    let folder = folderOf(file.path);
    while (folder !== '' && !roots.has(folder)) folder = folderOf(folder);
    append(units, folder, file);
  }
  return [...units].map(([folder, list]) => ({ id: folder === '' ? '.' : folder, files: list }));
}

class PackageReader {
  readonly #grammars: Grammars;
  readonly #unit: Unit;
  readonly #source: Source;
  readonly #gaps: Gap[] = [];
  readonly #detected: Detected[] = [];
  /** Resources of files that are not source code. */
  readonly #others: Draft[] = [];

  constructor(grammars: Grammars, unit: Unit, source: Source) {
    this.#grammars = grammars;
    this.#unit = unit;
    this.#source = source;
  }

  async read(): Promise<Collected> {
    const linked: string[] = [];
    for (const { path } of this.#unit.files) {
      if (this.#other(path) || isVendored(path)) continue;
      const use = this.#useOf(path);
      if (use === 'ai') await this.#file(path, use);
      else if (use === 'linked') linked.push(path);
    }
    const usesAi = this.#detected.some((item) =>
      item.drafts.some((draft) => draft.type === 'code.model-client' || draft.type === 'code.agent'),
    );
    if (usesAi) for (const path of linked) await this.#file(path, 'linked');
    return this.#finish();
  }

  /** Workflows and environment files; whether the path was one. */
  #other(path: string): boolean {
    const workflow = isWorkflow(path);
    if (!workflow && !isDotenv(path)) return false;
    const text = this.#text(path);
    if (text === undefined) return true;
    if (!workflow) this.#others.push(...readDotenv(path, text));
    else {
      const read = readWorkflow(path, text);
      this.#others.push(...read.drafts);
      if (read.drafts.length > 0) this.#gaps.push(...read.gaps);
    }
    return true;
  }

  /** Undefined for what is no source file, or cannot be read. */
  #useOf(path: string): Use | undefined {
    const language = languageOf(path)?.language;
    return language && this.#orGap(path, () => useOf(path, language, this.#source));
  }

  async #file(path: string, use: Use): Promise<void> {
    const { detected, gaps } = await readFile(this.#grammars, path, use, this.#source);
    this.#gaps.push(...gaps);
    if (detected !== undefined) this.#detected.push(detected);
  }

  #text(path: string): string | undefined {
    return this.#orGap(path, () => this.#source.text(path));
  }

  /** What cannot be read is a gap. */
  #orGap<T>(path: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      const kind = thrown instanceof Unreadable ? thrown.kind : 'unreadable';
      this.#gaps.push({ kind, reason: messageOf(thrown), location: { file: path, line: 1, column: 1 } });
      return undefined;
    }
  }

  /** Whether a lock file lies in the package's folder or above it (workspaces share one). */
  #locked(scope: string): boolean {
    for (let folder = scope; ; folder = folderOf(folder)) {
      if (this.#source.folder(folder).some(isLockFile)) return true;
      if (folder === '') return false;
    }
  }

  #finish(): Collected {
    const routes = linkRoutes(this.#detected);
    const drafts = [...this.#detected.flatMap((item) => item.drafts), ...routes, ...this.#others];
    linkAcross(this.#detected);
    const scope = this.#unit.id === '.' ? '' : this.#unit.id;
    const manifests = readManifests(
      this.#unit.files.map((file) => file.path),
      (path) => this.#text(path),
      this.#gaps,
      scope,
      this.#locked(scope),
    );
    const application = manifests ?? (drafts.length === 0 ? undefined : looseApplication(drafts, scope));
    const declared = application?.properties['declared'] === true;
    if (application === undefined || (drafts.length === 0 && !declared)) return { resources: [], gaps: this.#gaps };
    for (const draft of drafts) if (!application.links.includes(draft.id)) application.links.push(draft.id);
    if (drafts.length > 0) application.set('grade', 'called');
    const resources = drafts.map((draft) => draft.finish(dialectOf(draft.file), scope, confidenceOf(draft.file)));
    const dialect = application.properties['language'];
    const own = application.finish(
      typeof dialect === 'string' ? dialect : 'code',
      scope,
      confidenceOf(application.file),
    );
    return { resources: [own, ...resources], gaps: this.#gaps };
  }
}

/** The dialect of a file's resources: its language, `github-actions` or `dotenv`. */
function dialectOf(path: string): string {
  return languageOf(path)?.language ?? (isWorkflow(path) ? 'github-actions' : 'dotenv');
}

/** Source files without a manifest still belong together. */
function looseApplication(drafts: readonly Draft[], scope: string): Draft {
  const [first] = drafts;
  const file = first?.file ?? '';
  const draft = new Draft('code.application', file, { line: 1, column: 1 }, scope === '' ? 'application' : scope);
  const language = dialectOf(file);
  return draft
    .set('name', draft.name)
    .set('language', language)
    .set('manifest', null)
    .set('dependencies', [])
    .set('grade', 'called');
}

/** Connects tools that an agent imports from another file of the package. */
function linkAcross(detected: readonly Detected[]): void {
  for (const { open } of detected) {
    for (const { from, path } of open) {
      const name = path.slice(Math.max(path.lastIndexOf('.'), path.lastIndexOf('~')) + 1);
      const module = path.slice(0, Math.max(0, path.length - name.length - 1)).replace(/\.(?:[cm]?[jt]sx?)$/, '');
      if (module === '' || name === '') continue;
      const last = module.split(/[./]/).findLast((part) => part !== '') ?? '';
      const home = detected.find((item) => item.tools.has(name) && (moduleName(item.file) === last || last === ''));
      const tool = home?.tools.get(name);
      if (tool === undefined) continue;
      from.use(tool.id);
      const effects = from.properties['effects'] as string[];
      for (const effect of tool.properties['effects'] as string[]) if (!effects.includes(effect)) effects.push(effect);
    }
  }
}

function moduleName(file: string): string {
  const parts = file.replace(/\.[a-z]+$/, '').split('/');
  const last = parts.at(-1) ?? '';
  return last === 'index' || last === '__init__' ? (parts.at(-2) ?? '') : last;
}
