import { DemarcError } from '../base/errors.ts';
import { append } from '../base/multimap.ts';
import { once } from '../base/once.ts';
import type { Clock, Files } from '../base/ports.ts';
import { redactText } from '../base/secrets.ts';
import { limits } from '../base/limits.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { frameworksOf } from '../catalogue/queries.ts';
import { collectTree, type CollectedTree, type UnitCache } from '../collect/run.ts';
import { correlate } from '../evaluate/correlate.ts';
import { findingsOf } from '../evaluate/findings.ts';
import { type CompiledMeaning, Graph } from '../evaluate/graph.ts';
import { islandKeys } from '../evaluate/islands.ts';
import type { OutcomeMemory } from '../evaluate/outcomes.ts';
import {
  chainsOf,
  mapResponsibilities,
  postureDistance,
  type ResponsibilitySource,
} from '../evaluate/responsibilities.ts';
import { evaluateRules } from '../evaluate/rules.ts';
import { findWorkloads } from '../evaluate/workloads.ts';
import type { Assessment, Excerpt, Summary } from '../model/assessment.ts';
import type { Collector } from '../model/collect.ts';
import type { Finding, Verdict } from '../model/finding.ts';
import type { Gap } from '../model/gap.ts';
import { type Rule, severities, type Severity } from '../model/rule.ts';
import type { Config } from './config.ts';
import { applySuppressions } from './suppress.ts';

/** What earlier runs on the same tree found out. */
export interface AssessmentCache {
  readonly units: UnitCache;
  readonly outcomes: OutcomeMemory;
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
  const graph = Graph.build(tree.resources, input.meanings, correlate);
  const { cache } = input;
  const remembered = cache && { memory: cache.outcomes, keys: islandKeys(graph, tree.units) };
  const verdicts = evaluateRules(graph, rules, remembered);
  const { findings, gaps } = applySuppressions(findingsOf(verdicts, rules), config.suppressions, input.baseline, today);
  const workloads = findWorkloads(graph);
  const source = responsibilitySource(catalogue);
  const controlOf = new Map(rules.map((rule) => [rule.id, rule.control]));
  const responsibilities = mapResponsibilities(workloads, verdicts, (id) => controlOf.get(id), source, today);
  const posture = config.posture === undefined ? undefined : catalogue.postures.find(({ id }) => id === config.posture);
  const allGaps = [...tree.gaps, ...gaps];
  return {
    demarc: input.version,
    catalogueVersion: catalogue.version,
    startedAt: new Date(startedAt).toISOString(),
    roots: input.named,
    nodes: [...graph.nodes.values()],
    edges: graph.edges,
    verdicts,
    findings,
    excerpts: once(() => excerptsOf(findings, tree)),
    workloads,
    chains: chainsOf(workloads, source),
    responsibilities,
    posture: posture && postureDistance(posture, responsibilities),
    gaps: allGaps,
    summary: summarise(tree, findings, verdicts, allGaps, workloads.length, clock.monotonic() - started),
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
  findings: readonly Finding[],
  verdicts: readonly Verdict[],
  gaps: readonly Gap[],
  workloads: number,
  durationMs: number,
): Summary {
  const bySeverity = Object.fromEntries(severities.map((severity) => [severity, 0])) as Record<Severity, number>;
  for (const finding of findings) if (finding.suppressed === undefined) bySeverity[finding.severity]++;
  const states = { held: 0, open: 0, unknown: 0 };
  for (const verdict of verdicts) states[verdict.state]++;
  return {
    files: tree.files,
    bytes: tree.bytes,
    resources: tree.resources.length,
    workloads,
    findings: bySeverity,
    suppressed: findings.filter((finding) => finding.suppressed !== undefined).length,
    verdicts: states,
    gaps: gaps.length,
    durationMs: Math.round(durationMs),
  };
}
