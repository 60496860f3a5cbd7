import type { FindingCode } from './inspect/finding.ts';
import { skeletonOf } from './inspect/fold.ts';

/** The names of one server's tools. */
export interface ServerTools {
  readonly server: string;
  readonly tools: readonly string[];
}

export interface NameFinding {
  readonly code: FindingCode;
  /** Each as `server/tool`. */
  readonly between: readonly string[];
}

/** How clients and gateways join the name of a server and of a tool. */
const joints = ['_', '__', '-', '.', '/', ':'];

/**
 * Names of several servers used together that stand for one another: the same name twice, names that look alike, and pairs that become
 * one name when server and tool are joined (`a_b` + `c` and `a` + `b_c`).
 */
export function findNameClashes(servers: readonly ServerTools[]): NameFinding[] {
  const all = servers.flatMap(({ server, tools }) => tools.map((tool) => ({ server, tool, id: `${server}/${tool}` })));
  const sameName = groupsBy(all, ({ tool }) => tool).filter(isOfSeveral);
  const found: NameFinding[] = sameName.map((group) => ({ code: 'name.shadowed', between: idsOf(group) }));
  for (const group of groupsBy(all, ({ tool }) => skeletonOf(tool)))
    if (new Set(group.map(({ tool }) => tool)).size > 1 && !isSpelling(group.map(({ tool }) => tool)))
      found.push({ code: 'name.confusable', between: idsOf(group) });
  const told = new Set<string>();
  for (const joint of joints)
    for (const group of groupsBy(all, ({ server, tool }) => `${server}${joint}${tool}`)) {
      const key = idsOf(group).join('\n');
      if (group.length > 1 && !told.has(key)) found.push({ code: 'name.collision', between: idsOf(group) });
      if (group.length > 1) told.add(key);
    }
  return found;
}

interface Named {
  readonly server: string;
  readonly tool: string;
  readonly id: string;
}

function groupsBy(all: readonly Named[], keyOf: (one: Named) => string): Named[][] {
  const groups = new Map<string, Named[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return [...groups.values()].filter((group) => group.length > 1);
}

const isOfSeveral = (group: readonly Named[]): boolean => new Set(group.map(({ server }) => server)).size > 1;
const idsOf = (group: readonly Named[]): string[] => [...new Set(group.map(({ id }) => id))].sort();

/** Whether two different names look alike: not merely two spellings of one name. */
export function areConfusable(a: string, b: string): boolean {
  return a !== b && skeletonOf(a) === skeletonOf(b) && !isSpelling([a, b]);
}

/** `read_file`, `readFile` and `read-file` are spellings of one name: two servers may well have one each. */
function isSpelling(names: readonly string[]): boolean {
  return (
    new Set(names.map((name) => name.toLowerCase().replace(/[_\-.]/g, ''))).size === 1 &&
    names.every((name) => /^[\x21-\x7e]+$/.test(name))
  );
}
