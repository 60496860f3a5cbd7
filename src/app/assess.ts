import { DemarcError } from '../base/errors.ts';
import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import type { Clock, Files } from '../base/ports.ts';
import { redactText } from '../base/secrets.ts';
import { limits } from '../base/limits.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { frameworksOf } from '../catalogue/queries.ts';
import { collectTree, type CollectedTree, type UnitCache } from '../collect/run.ts';
import type { CompiledMeaning } from '../evaluate/graph.ts';
import { FindingList } from '../evaluate/finding-list.ts';
import { judgeAll, type Judged, type Memory } from '../evaluate/judge.ts';
import {
  chainsOf,
  mapResponsibilities,
  postureDistance,
  type ResponsibilitySource,
} from '../evaluate/responsibilities.ts';
import { orderWorkloads } from '../evaluate/workloads.ts';
import type { Assessment, Excerpt, Summary } from '../model/assessment.ts';
import type { Collector } from '../model/collect.ts';
import type { Finding } from '../model/finding.ts';
import type { Gap } from '../model/gap.ts';
import type { Rule } from '../model/rule.ts';
import type { Config } from './config.ts';
import { acceptance } from './suppress.ts';

/** What earlier runs on the same tree found out. */
export interface AssessmentCache {
  readonly units: UnitCache;
  /** Of islands of the graph, see evaluate/judge.ts. */
  readonly records: Memory;
}

export interface AssessInput {
  readonly version: string;
  readonly files: Files;
  readonly clock: Clock;
  readonly catalogue: Catalogue;
  readonly meanings: readonly CompiledMeaning[];
  readonly rules: readonly Rule[];
  readonly collectors: readonly Collector[];
  readonly config: Config;
  /** Absolute path everything is relative to, without a trailing slash. */
  readonly root: string;
  /** Files and folders below the root; `''` is the root itself. */
  readonly starts: readonly string[];
  /** What the user named, for the report. */
  readonly named: readonly string[];
  /** Fingerprints an earlier run accepted. */
  readonly baseline: ReadonlySet<string>;
  readonly cache: AssessmentCache | undefined;
  readonly onProgress: ((done: number, total: number, what: string) => void) | undefined;
}

/** Runs the assessment: collect → graph → evaluate → responsibility map. Reports only render what it returns. */
export async function assess(input: AssessInput): Promise<Assessment> {
  const { clock, config, catalogue } = input;
  const startedAt = clock.now();
  const started = clock.monotonic();
  const today = new Date(startedAt).toISOString().slice(0, 10);
  const tree = await collectTree(input.files, input.root, input.collectors, {
    starts: input.starts,
    excludes: config.exclude,
    now: startedAt,
    cache: input.cache?.units,
    onProgress: input.onProgress,
  });
  const rules = chooseRules(input.rules, config);
  const judged = judgeAll(tree.groups, input.meanings, rules, input.cache?.records);
  const { accept, gaps } = acceptance(config.suppressions, input.baseline, today);
  const findings = new FindingList(judged.islands, rules, accept);
  const workloads = orderWorkloads(judged.islands.flatMap((island) => island.workloads()));
  const source = responsibilitySource(catalogue);
  const responsibilities = mapResponsibilities(
    workloads,
    (resource) => judged.of(resource)?.detail().verdictsOf(resource) ?? [],
    rules,
    source,
    today,
  );
  const posture = catalogue.postures.find(({ id }) => id === config.posture);
  const allGaps = [...tree.gaps, ...gaps];
  const whole = wholeOf(judged);
  return {
    demarc: input.version,
    catalogueVersion: catalogue.version,
    startedAt: new Date(startedAt).toISOString(),
    roots: input.named,
    get nodes() {
      return whole.nodes();
    },
    node: (id) => judged.of(id)?.detail().graph.nodes.get(id),
    get edges() {
      return whole.edges();
    },
    get verdicts() {
      return whole.verdicts();
    },
    get findings() {
      return findings.all();
    },
    openRules: (firstMax) => findings.openRules(firstMax),
    excerpts: once(() => excerptsOf(findings.all(), tree)),
    workloads,
    openFindings: findings.byWorkload,
    workloadSizes: new Map(workloads.map(({ id, size }) => [id, size])),
    chains: chainsOf(workloads, source),
    responsibilities,
    posture: posture && postureDistance(posture, workloads, responsibilities),
    gaps: allGaps,
    summary: summarise(tree, findings, judged, allGaps, workloads.length, clock.monotonic() - started),
  };
}
/** The lists of a tree that are as long as the tree, each made when it is first asked for. */
function wholeOf({ islands }: Judged): {
  readonly [list in 'nodes' | 'edges' | 'verdicts']: () => Assessment[list];
} {
  return {
    nodes: once(() => islands.flatMap(({ detail }) => [...detail().graph.nodes.values()])),
    edges: once(() => islands.flatMap(({ detail }) => detail().graph.edges)),
    verdicts: once(() => islands.flatMap(({ detail }) => detail().verdicts)),
  };
}

/** Rules in force: stable ones, those of the posture, with the severities of the configuration. */
export function chooseRules(rules: readonly Rule[], config: Config): readonly Rule[] {
  const known = new Set(rules.map((rule) => rule.id));
  for (const id of [...config.severities.keys(), ...config.disabled]) {
    if (!known.has(id))
      throw new DemarcError('DMC_UNKNOWN_ID', `demarc.yaml changes the rule \`${id}\`, which does not exist`, {
        hint: '`demarc rules` lists all ids',
      });
  }
  return rules
    .filter((rule) => rule.status === 'stable' && !config.disabled.has(rule.id))
    .filter(
      (rule) => rule.postures.length === 0 || (config.posture !== undefined && rule.postures.includes(config.posture)),
    )
    .map((rule) => ({ ...rule, severity: config.severities.get(rule.id) ?? rule.severity }));
}

function responsibilitySource(catalogue: Catalogue): ResponsibilitySource {
  return {
    controls: catalogue.controlsById,
    service: (id) => catalogue.servicesById.get(id),
    frameworksOf: (control) => frameworksOf(catalogue, control),
  };
}

function excerptsOf(findings: readonly Finding[], tree: CollectedTree): Map<string, Excerpt> {
  const byFile = new Map<string, Finding[]>();
  for (const finding of findings) append(byFile, finding.location.file, finding);
  const excerpts = new Map<string, Excerpt>();
  for (const [file, found] of byFile) {
    const lines = readLines(tree, file);
    if (lines.length === 0) continue;
    for (const { fingerprint, location } of found) {
      const first = Math.max(1, location.line - 2);
      const shown = lines
        .slice(first - 1, location.line + 3)
        .map((text) =>
          text.length <= limits.excerptLineLengthMax
            ? redactText(text)
            : `${redactText(text.slice(0, limits.excerptLineLengthMax))}…`,
        );
      excerpts.set(fingerprint, { file, firstLine: first, lines: shown, markedLine: location.line });
    }
  }
  return excerpts;
}

function readLines(tree: CollectedTree, file: string): readonly string[] {
  try {
    return tree.source.text(file).split(/\r?\n/);
  } catch {
    return [];
  }
}

function summarise(
  tree: CollectedTree,
  { bySeverity, suppressed }: FindingList,
  judged: Judged,
  gaps: readonly Gap[],
  workloads: number,
  durationMs: number,
): Summary {
  const states = { held: 0, open: 0, unknown: 0 };
  const verdictStates = ['held', 'open', 'unknown'] as const;
  for (const { record } of judged.islands) for (const state of verdictStates) states[state] += record.counts[state];
  return {
    files: tree.files,
    bytes: tree.bytes,
    resources: tree.groups.reduce((sum, { count }) => sum + count, 0),
    workloads,
    findings: bySeverity,
    suppressed,
    verdicts: states,
    gaps: gaps.length,
    durationMs: Math.round(durationMs),
  };
}
