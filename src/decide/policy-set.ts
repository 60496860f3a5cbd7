import { createHash } from 'node:crypto';
import { DemarcError } from '../base/errors.ts';
import { limits } from '../base/limits.ts';
import { type EntityJson, EntityStore, typeAndId } from './cedar/entity-store.ts';
import { type Complaint, parsePolicy, validatePolicies } from './cedar/library.ts';
import type { Logic } from './cedar/logic.ts';
import { type CompiledPolicy, compilePolicy, type PolicyJson } from './cedar/policy.ts';
import { lineAt } from './cedar/source.ts';
import { splitPolicies } from './cedar/split.ts';
import { explain, knownNames, unknownNames, unknownTools } from './schema/check-names.ts';
import { generateSchema, type PolicySchema, type SchemaTool, schemaAbout } from './schema/generate.ts';
import { entityType, toolId } from './schema/vocabulary.ts';

/** A policy file: its path as people know it, and its text. */
export interface PolicyFile {
  readonly path: string;
  readonly text: string;
}

/**
 * Takes what is no Cedar out of a file: temporal blocks, which become booleans `context.temporal.<name>`. Lines have to stay
 * where they are, so that messages name the right one. @throws DemarcError
 */
export type Preprocess = (
  file: string,
  text: string,
) => { readonly cedar: string; readonly conditions: readonly { readonly name: string; readonly formula?: unknown }[] };

export interface PolicySetSource {
  readonly files: readonly PolicyFile[];
  /** What policies may name: see `generateSchema`. */
  readonly tools: readonly SchemaTool[];
  /** Hierarchy of roles, groups and servers, in Cedar's entities format. */
  readonly entities?: readonly EntityJson[];
  readonly preprocess?: Preprocess;
  /** Whether a set without a policy, which denies everything, is meant. */
  readonly mayBeEmpty?: boolean;
}

/** Something wrong with a set, or worth a look. */
export interface PolicyProblem {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** One policy of a set, with where it stands. */
export interface Policy {
  readonly id: string;
  readonly file: string;
  readonly line: number;
  readonly text: string;
  readonly json: PolicyJson;
}

/** A set that was validated, ready to decide. */
export interface PolicySet {
  /** `sha256:` and the hash over every file as it was written, and the entities. */
  readonly digest: string;
  readonly policies: readonly Policy[];
  readonly schema: PolicySchema;
  /** Temporal conditions by their names, and what they say. */
  readonly conditions: ReadonlyMap<string, unknown>;
  readonly store: EntityStore;
  /** Policies that can never apply and the like; no reason to refuse. */
  readonly warnings: readonly PolicyProblem[];
}

/** Compiles the policies of a set. @param logic partial for a request that is known in part */
export function compileSet({ policies, store }: PolicySet, logic?: Logic): CompiledPolicy[] {
  return policies.map(({ id, json }) => compilePolicy(id, json, store, logic));
}

/**
 * Loads a policy set: parses, validates strictly against the schema generated from the tools, and checks what Cedar does not.
 * @throws DemarcError `DMC_POLICY`, which names the first problem's file and line; nothing of a refused set is used
 */
export function loadPolicySet(source: PolicySetSource): PolicySet {
  const checked = checkPolicySet(source);
  if (Array.isArray(checked)) throw refusal(checked as readonly PolicyProblem[]);
  return checked as PolicySet;
}

/**
 * The same policies for other tools. Validating is most of the work and grows with tools and policies, so only what the tools that
 * are not the same objects as before mean for the policies is validated: a server may change a tool at any time, and must not make
 * everybody wait.
 * @throws DemarcError `DMC_POLICY` when the policies do not fit the tools
 */
export function retool(set: PolicySet, tools: readonly SchemaTool[]): PolicySet {
  const before = set.schema.tools;
  const schema = generateSchema(tools, [...set.conditions.keys()]);
  const ids = tools.map(({ server, name }) => toolId(server, name));
  const changed = new Set(ids.filter((id) => schema.tools.get(id)?.tool !== before.get(id)?.tool));
  const problems: PolicyProblem[] = [];
  validate(set.policies, { ...schema, json: schemaAbout(schema, changed) }, problems);
  if (problems.length > 0) throw refusal(capped(problems));
  return { ...set, schema };
}

export function refusal(problems: readonly PolicyProblem[]): DemarcError {
  const [{ file, line, message, hint } = { file: 'policies', line: 1, message: 'refused' }] = problems;
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
  return new DemarcError('DMC_POLICY', `${file}:${line}: ${message}${more}`, hint === undefined ? {} : { hint });
}

/** As `loadPolicySet`, but returns every problem. */
export function checkPolicySet(source: PolicySetSource): PolicySet | readonly PolicyProblem[] {
  const reading = new Reading();
  for (const file of [...source.files].sort((a, b) => (a.path < b.path ? -1 : 1)))
    reading.file(file, source.preprocess);
  const { policies, problems, conditions } = reading;
  if (policies.length === 0 && problems.length === 0 && source.mayBeEmpty !== true)
    problems.push({
      file: source.files[0]?.path ?? 'policies',
      line: 1,
      message: 'the set holds no policy, so every call would be denied',
      hint: 'write a policy, or say that the set is meant to be empty',
    });
  if (problems.length > 0) return capped(problems);
  const schema = generateSchema(source.tools, [...conditions.keys()]);
  const warnings = validate(policies, schema, problems);
  const store = new EntityStore();
  const entities = source.entities ?? [];
  problems.push(...entityProblems(entities));
  if (problems.length > 0) return capped(problems);
  store.add(entities.map(named));
  return { digest: digestOf(source), policies, schema, conditions, store, warnings };
}

/** In the order of files and lines: validators tell in any. */
const capped = (problems: readonly PolicyProblem[]): readonly PolicyProblem[] =>
  [...problems]
    .sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1))
    .slice(0, limits.policyProblemsMax);

/** Reads files one after the other; ids and conditions belong to the whole set. */
class Reading {
  readonly policies: Policy[] = [];
  readonly problems: PolicyProblem[] = [];
  readonly conditions = new Map<string, unknown>();
  readonly #ids = new Map<string, Policy>();

  file({ path, text }: PolicyFile, preprocess: Preprocess | undefined): void {
    const say = (line: number, message: string, hint?: string): void => {
      this.problems.push({ file: path, line, message, hint });
    };
    if (Buffer.byteLength(text) > limits.policyFileBytesMax) {
      say(1, `is larger than ${limits.policyFileBytesMax} bytes`);
      return;
    }
    const { cedar, conditions } = preprocess?.(path, text) ?? { cedar: text, conditions: [] };
    for (const { name, formula } of conditions) {
      if (this.conditions.has(name)) say(1, `the temporal condition \`${name}\` stands twice`);
      this.conditions.set(name, formula);
    }
    for (const [index, { text: policy, at, refused }] of splitPolicies(cedar).entries()) {
      const line = lineAt(cedar, at);
      if (this.policies.length >= limits.policiesMax) {
        say(line, `the set holds more than ${limits.policiesMax} policies`);
        return;
      }
      if (refused !== undefined) {
        say(line, `the policy ${refused}`, 'write it as several policies');
        continue;
      }
      const parsed = parsePolicy(policy);
      if (isComplaints(parsed))
        for (const { message, hint, offset } of parsed) say(lineAt(cedar, at + offset), message, hint);
      else this.#add({ id: idOf(parsed) ?? `${path}#${index + 1}`, file: path, line, text: policy, json: parsed }, say);
    }
  }

  #add(policy: Policy, say: (line: number, message: string, hint?: string) => void): void {
    const { id, line, json } = policy;
    const before = this.#ids.get(id);
    if (before !== undefined)
      say(line, `the id \`${id}\` stands twice`, `it is the policy of ${before.file}:${before.line}`);
    if (json.annotations?.['ask'] !== undefined && json.effect === 'permit')
      say(line, '`@ask` stands on a permit', 'an approval lifts a forbid; it never replaces a missing permit');
    for (const name of ['ask', 'reason', 'id']) {
      const value = json.annotations?.[name];
      if (value !== undefined && !reasonShape.test(value ?? ''))
        say(
          line,
          `\`@${name}\` holds no code`,
          'lower-case words joined by `.`, `-`, `_` or `/`, such as "payment.limit"',
        );
    }
    this.#ids.set(id, policy);
    this.policies.push(policy);
  }
}

/** Stable codes: they stand in the ledger in clear. */
const reasonShape = /^[a-z0-9](?:[a-z0-9._/-]{0,126}[a-z0-9])?$/;

const idOf = ({ annotations }: PolicyJson): string | undefined => annotations?.['id'] ?? undefined;

function isComplaints(parsed: PolicyJson | readonly Complaint[]): parsed is readonly Complaint[] {
  return Array.isArray(parsed);
}

/** Adds what makes the set invalid to the problems; returns what is only odd. */
function validate(policies: readonly Policy[], schema: PolicySchema, problems: PolicyProblem[]): PolicyProblem[] {
  const byId = new Map(policies.map((policy) => [policy.id, policy]));
  const { errors, warnings } = validatePolicies(
    Object.fromEntries(policies.map(({ id, text }) => [id, text])),
    schema.json,
  );
  const place = ({ policy, offset, ...complaint }: Complaint & { policy: string }): PolicyProblem => {
    const { file = 'policies', line = 1, text = '' } = byId.get(policy) ?? {};
    return { file, line: line + lineAt(text, offset) - 1, ...explain(complaint, schema) };
  };
  const invalid = new Set(errors.map(({ policy }) => policy));
  problems.push(...distinct(errors.map(place)));
  const known = knownNames(schema);
  for (const { id, file, line, json } of policies)
    if (!invalid.has(id))
      for (const { message, hint } of [...unknownNames(json, known), ...unknownTools(json, schema)])
        problems.push({ file, line, message, hint });
  return distinct(warnings.map(place));
}

/** A policy is checked for every action it applies to: one mistake is told once. */
function distinct(problems: readonly PolicyProblem[]): PolicyProblem[] {
  return [
    ...new Map(problems.map((problem) => [`${problem.file}:${problem.line}:${problem.message}`, problem])).values(),
  ];
}

const hierarchyTypes: ReadonlySet<string> = new Set([entityType.role, entityType.group, entityType.server]);

/** A server's name is its id. */
function named(entity: EntityJson): EntityJson {
  const { type, id } = typeAndId(entity.uid);
  return type === entityType.server ? { ...entity, attrs: { name: id } } : entity;
}

/** Entities are names and what stands above them, each below its own kind: no schema has to be asked. */
function entityProblems(entities: readonly EntityJson[]): PolicyProblem[] {
  const say = (message: string, hint?: string): PolicyProblem[] => [{ file: 'entities.json', line: 1, message, hint }];
  if (entities.length > limits.policyEntitiesMax) return say(`holds more than ${limits.policyEntitiesMax} entities`);
  for (const { uid, attrs = {}, tags = {}, parents = [] } of entities) {
    const { type, id } = typeAndId(uid);
    const text = `\`${type}::${JSON.stringify(id)}\``;
    if (!hierarchyTypes.has(type) || Object.keys(attrs).length + Object.keys(tags).length > 0)
      return say(
        `${text} is no plain role, group or server`,
        'entities say what stands above what; everything else comes with each request',
      );
    if (parents.some((parent) => typeAndId(parent).type !== type)) return say(`${text} stands below another kind`);
  }
  return [];
}

/** The digest of a set as it was written. */
export function digestOf({ files, entities = [] }: Pick<PolicySetSource, 'files' | 'entities'>): string {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1)).map(({ path, text }) => [path, text]);
  return `sha256:${createHash('sha256')
    .update(JSON.stringify([sorted, entities]))
    .digest('hex')}`;
}
