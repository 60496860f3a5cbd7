import { nameOf } from '../../../base/path.ts';
import type { Gap } from '../../../model/gap.ts';
import { parseJson } from '../../documents/json.ts';
import { LineIndex } from '../../documents/lines.ts';
import { child, type DocNode, stringOf } from '../../documents/node.ts';
import { parseToml } from '../../documents/toml.ts';
import type { Dependency, Manifest } from './dependency.ts';

/** Reads one manifest by its file name. Unknown names give undefined. */
export function readManifest(path: string, text: string, gaps: Gap[]): Manifest | undefined {
  const name = nameOf(path);
  if (name === 'package.json') return packageJson(path, text, gaps);
  if (name === 'pyproject.toml') return pyproject(path, text, gaps);
  if (name === 'Pipfile') return pipfile(path, text, gaps);
  if (/^requirements[\w.-]*\.(?:txt|in)$/.test(name)) return requirements(text);
  if (name === 'setup.cfg' || name === 'setup.py') return setup(text);
  if (name === 'go.mod') return goMod(text);
  if (name === 'pom.xml') return pom(text);
  if (name === 'build.gradle' || name === 'build.gradle.kts') return gradle(text);
  if (name.endsWith('.csproj') || name === 'Directory.Packages.props') return csproj(text);
  return undefined;
}

function packageJson(path: string, text: string, gaps: Gap[]): Manifest {
  const parsed = parseJson(text, path);
  gaps.push(...parsed.gaps);
  const dependencies: Dependency[] = [];
  for (const section of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
    const node = child(parsed.root, section);
    if (node?.kind !== 'map') continue;
    for (const [name, entry] of node.entries) {
      if (section === 'peerDependencies' && dependencies.some((item) => item.name === name)) continue;
      if (section === 'peerDependencies') continue;
      dependencies.push({
        registry: 'npm',
        name,
        specifier: stringOf(entry.node) ?? '',
        at: { line: entry.line, column: entry.column },
      });
    }
  }
  return { name: stringOf(child(parsed.root, 'name')), language: 'typescript', dependencies };
}

function pyproject(path: string, text: string, gaps: Gap[]): Manifest {
  const parsed = parseToml(text, path);
  gaps.push(...parsed.gaps);
  const project = child(parsed.root, 'project');
  const poetry = child(child(parsed.root, 'tool'), 'poetry');
  const dependencies: Dependency[] = [];
  const lines = new LineIndex(text);
  const list = (node: DocNode | undefined): void => {
    for (const item of node?.kind === 'list' ? node.items : []) {
      const requirement = stringOf(item);
      if (requirement === undefined) continue;
      const offset = text.indexOf(requirement);
      const at = offset === -1 ? { line: item.line, column: item.column } : lines.at(offset);
      push(dependencies, requirement, at);
    }
  };
  list(child(project, 'dependencies'));
  for (const group of [child(project, 'optional-dependencies'), child(parsed.root, 'dependency-groups')]) {
    if (group?.kind === 'map') for (const entry of group.entries.values()) list(entry.node);
  }
  table(child(poetry, 'dependencies'), dependencies);
  return {
    name: stringOf(child(project, 'name')) ?? stringOf(child(poetry, 'name')),
    language: 'python',
    dependencies,
  };
}

function pipfile(path: string, text: string, gaps: Gap[]): Manifest {
  const parsed = parseToml(text, path);
  gaps.push(...parsed.gaps);
  const dependencies: Dependency[] = [];
  table(child(parsed.root, 'packages'), dependencies);
  return { name: undefined, language: 'python', dependencies };
}

/** `name = "^1.2"` and `name = { version = "1.2" }`. A bare Poetry version is a caret range. */
function table(node: DocNode | undefined, into: Dependency[]): void {
  if (node?.kind !== 'map') return;
  for (const [name, entry] of node.entries) {
    const specifier = stringOf(entry.node) ?? stringOf(child(entry.node, 'version')) ?? '';
    into.push({
      registry: 'python',
      name,
      specifier: /^\d/.test(specifier) ? `==${specifier}` : specifier,
      at: { line: entry.line, column: entry.column },
    });
  }
}

function push(into: Dependency[], requirement: string, at: Dependency['at']): void {
  const found = /^([A-Za-z0-9][\w.-]*)\s*(?:\[[^\]]{0,200}\])?\s*([^;#]*)/.exec(requirement.trim());
  if (found?.[1] !== undefined)
    into.push({
      registry: 'python',
      name: found[1],
      specifier: (found[2] ?? '')
        .replace(/--hash.*$/, '')
        .replace(/\\$/, '')
        .trim(),
      at,
    });
}

function requirements(text: string): Manifest {
  const dependencies: Dependency[] = [];
  text.split('\n').forEach((line, index) => {
    if (/^\s*(?:#|-|$)/.test(line)) return;
    push(dependencies, line, { line: index + 1, column: line.length - line.trimStart().length + 1 });
  });
  return { name: undefined, language: 'python', dependencies };
}

/** `setup.cfg` and the literal lists of `setup.py`: every line that is one requirement. Nothing is executed. */
function setup(text: string): Manifest {
  const dependencies: Dependency[] = [];
  const begin = text.indexOf('install_requires');
  if (begin === -1) return { name: undefined, language: 'python', dependencies };
  const first = text.slice(0, begin).split('\n').length;
  const lines = text.slice(begin, begin + 20_000).split('\n');
  for (const [index, line] of lines.entries()) {
    if (index > 0 && /^\[|^\s*\)|^[a-z_]+\s*=/.test(line)) break;
    for (const part of line.split(/['",[\]]/)) {
      const text_ = part.trim();
      if (/^[A-Za-z][\w.-]*\s*(?:\[[\w,\s-]*\])?\s*(?:[<>=!~].*)?$/.test(text_) && text_ !== 'install_requires')
        push(dependencies, text_, { line: first + index, column: Math.max(1, line.indexOf(text_) + 1) });
    }
  }
  return { name: undefined, language: 'python', dependencies };
}

function goMod(text: string): Manifest {
  const dependencies: Dependency[] = [];
  text.split('\n').forEach((line, index) => {
    const found = /^\s*(?:require\s+)?([\w.-]+\.[\w.-]+\/[\w./~-]+)\s+(v[\w.+-]+)(.*)$/.exec(line);
    if (found?.[1] === undefined || /\/\/\s*indirect/.test(found[3] ?? '')) return;
    dependencies.push({
      registry: 'go',
      name: found[1],
      specifier: found[2] ?? '',
      at: { line: index + 1, column: 1 },
    });
  });
  return { name: /^module\s+(\S+)/m.exec(text)?.[1], language: 'go', dependencies };
}

function pom(text: string): Manifest {
  const lines = new LineIndex(text);
  const dependencies: Dependency[] = [];
  const properties = new Map(
    [...text.matchAll(/<([\w.-]{1,80})>([^<]{1,80})<\/\1>/g)].map((found) => [found[1] ?? '', (found[2] ?? '').trim()]),
  );
  for (let at = text.indexOf('<dependency>'); at !== -1; at = text.indexOf('<dependency>', at + 1)) {
    const end = text.indexOf('</dependency>', at);
    if (end === -1) break;
    const block = text.slice(at, Math.min(end, at + 2000));
    const [group, artifact] = [tag(block, 'groupId'), tag(block, 'artifactId')];
    const version = (tag(block, 'version') ?? '').replace(
      /\$\{([\w.-]+)\}/g,
      (_, key: string) => properties.get(key) ?? '',
    );
    // No version: a bill of materials sets it.
    if (group !== undefined && artifact !== undefined)
      dependencies.push({
        registry: 'maven',
        name: `${group}:${artifact}`,
        specifier: version === '' ? '0-managed' : version,
        at: lines.at(at),
      });
  }
  return {
    name: tag(text.replace(/<parent>[^]{0,4000}?<\/parent>/, ''), 'artifactId'),
    language: 'java',
    dependencies,
  };
}

function tag(block: string, name: string): string | undefined {
  const open = block.indexOf(`<${name}>`);
  const close = block.indexOf(`</${name}>`, open);
  return open === -1 || close === -1 ? undefined : block.slice(open + name.length + 2, close).trim();
}

function gradle(text: string): Manifest {
  const dependencies: Dependency[] = [];
  text.split('\n').forEach((line, index) => {
    const found =
      /(?:implementation|api|compileOnly|runtimeOnly)[\s(]+(?:platform\()?["']([\w.-]+:[\w.-]+)(?::([^"'@]+))?["']/.exec(
        line,
      );
    if (found?.[1] === undefined) return;
    dependencies.push({
      registry: 'maven',
      name: found[1],
      specifier: found[2] ?? '0-managed',
      at: { line: index + 1, column: line.length - line.trimStart().length + 1 },
    });
  });
  return { name: undefined, language: 'java', dependencies };
}

function csproj(text: string): Manifest {
  const dependencies: Dependency[] = [];
  text.split('\n').forEach((line, index) => {
    const found = /<Package(?:Reference|Version)\s+(?:Include|Update)="([\w.-]+)"(?:\s+Version="([^"]*)")?/.exec(line);
    if (found?.[1] === undefined) return;
    dependencies.push({
      registry: 'nuget',
      name: found[1],
      specifier: found[2] ?? '0-managed',
      at: { line: index + 1, column: line.length - line.trimStart().length + 1 },
    });
  });
  return { name: undefined, language: 'csharp', dependencies };
}
