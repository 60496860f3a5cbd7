import { isUtf8 } from 'node:buffer';
import { join } from 'node:path';
import { closest } from '../../base/closest.ts';
import { DemarcError, messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { FileKind, Files } from '../../base/ports.ts';
import { type CaseFile, readCases } from '../../decide/cases.ts';
import type { EntityJson } from '../../decide/cedar/entity-store.ts';
import {
  loadPolicySet,
  type PolicyFile,
  type PolicySet,
  type PolicySetSource,
  type Preprocess,
  refusal,
} from '../../decide/policy-set.ts';
import type { SchemaTool } from '../../decide/schema/generate.ts';
import { checkConditions } from '../../decide/temporal/check-names.ts';
import { preprocess, type TemporalCondition } from '../../decide/temporal/preprocess.ts';
import { plainYaml } from '../plain-yaml.ts';
import { signatureFile, verifySet } from './bundle.ts';
import { readEntities } from './entities-file.ts';
import { isShipped, readShipped, shippedSets } from './shipped.ts';

/** A policy set as it lies in a folder, or as it is shipped; nothing of it is checked yet. */
export interface SetFolder {
  /** For messages: the folder, or the name. */
  readonly name: string;
  readonly files: readonly PolicyFile[];
  readonly entities: readonly EntityJson[];
  readonly cases: CaseFile | undefined;
  /** The signature, where there is one. */
  readonly signature: string | undefined;
}

/**
 * Reads a set: `*.cedar` files at any depth, `entities.json`, `cases.yaml` and the signature.
 *
 * @param folder absolute path @param name how people call it
 * @throws DemarcError `DMC_POLICY`
 */
export function readSetFolder(files: Files, folder: string, name: string): SetFolder {
  const read = (path: string): string => {
    const size = files.size(join(folder, path));
    if (size > limits.policyFileBytesMax)
      throw new DemarcError('DMC_POLICY', `${path} is larger than ${limits.policyFileBytesMax} bytes`);
    const bytes = files.read(join(folder, path));
    if (!isUtf8(bytes)) throw new DemarcError('DMC_POLICY', `${path} is not UTF-8`);
    return Buffer.from(bytes).toString('utf8');
  };
  let paths: string[];
  try {
    paths = listFiles(files, folder, '', 0);
  } catch (thrown) {
    if (thrown instanceof DemarcError) throw thrown;
    const near = closest(name, shippedSets);
    throw new DemarcError('DMC_POLICY', `\`${name}\` cannot be read: ${messageOf(thrown)}`, {
      hint:
        near === undefined
          ? `name a folder of \`.cedar\` files, or a shipped set: ${shippedSets.join(', ')}`
          : `did you mean the shipped set \`${near}\`?`,
      cause: thrown,
    });
  }
  const has = (path: string): boolean => paths.includes(path);
  return {
    name,
    files: paths.filter((path) => path.endsWith('.cedar')).map((path) => ({ path, text: read(path) })),
    entities: has('entities.json') ? readEntities(read('entities.json')) : [],
    cases: has('cases.yaml')
      ? readCases(plainYaml(read('cases.yaml'), 'cases.yaml', 'DMC_POLICY'), 'cases.yaml')
      : undefined,
    signature: has(signatureFile) ? read(signatureFile) : undefined,
  };
}

/** Paths of all files below a folder. What is not looked at would be policies that do not hold. @throws DemarcError `DMC_POLICY` */
function listFiles(files: Files, folder: string, below: string, depth: number): string[] {
  if (depth > limits.directoryDepthMax)
    throw new DemarcError('DMC_POLICY', `\`${below}\` is deeper than ${limits.directoryDepthMax} folders`);
  return files.list(join(folder, below)).flatMap(({ name, kind }) => {
    // A volume that Kubernetes mounts keeps its files there, and links to them beside it.
    if (name.startsWith('..') && kind !== 'file') return [];
    const path = below === '' ? name : `${below}/${name}`;
    if (kind === 'directory') return listFiles(files, folder, path, depth + 1);
    const target = kind === 'symlink' ? targetOf(files, folder, path, name) : kind;
    if (target === 'directory')
      throw new DemarcError('DMC_POLICY', `\`${path}\` is a link to a folder`, {
        hint: 'links to files are followed, those to folders are not',
      });
    return target === 'file' ? [path] : [];
  });
}

/** What a link leads to; undefined where that is nothing and it is none of the set, such as the link by which Emacs locks a file. */
function targetOf(files: Files, folder: string, path: string, name: string): FileKind | undefined {
  try {
    return files.kind(join(folder, path));
  } catch (cause) {
    const isOfSet = path.endsWith('.cedar') || ['entities.json', 'cases.yaml', signatureFile].includes(path);
    if (!isOfSet || name.startsWith('.#')) return undefined;
    throw new DemarcError('DMC_POLICY', `\`${path}\` is a link that leads to no file`, {
      hint: 'remove it, or put there what it leads to',
      cause,
    });
  }
}

/** A shipped set by its name. */
export function shippedFolder(name: string): SetFolder | undefined {
  if (!isShipped(name)) return undefined;
  const { files, cases } = readShipped(name);
  return { name, files, entities: [], cases: readCases(cases, `${name}/cases.yaml`), signature: undefined };
}

export interface LoadOptions {
  readonly tools: readonly SchemaTool[];
  /** Takes temporal blocks out of the files; unless given, they are checked and that is all. */
  readonly preprocess?: Preprocess | undefined;
  readonly mayBeEmpty?: boolean | undefined;
  /** Verifier key: the set has to be signed by it. */
  readonly key?: string | undefined;
}

export function sourceOf(
  { files, entities }: SetFolder,
  { tools, preprocess: takeOut = preprocess, mayBeEmpty }: LoadOptions,
): PolicySetSource {
  return {
    files,
    entities,
    tools,
    preprocess: takeOut,
    ...(mayBeEmpty === undefined ? {} : { mayBeEmpty }),
  };
}

/** Loads a set for use: valid, and signed where a key is given. @throws DemarcError `DMC_POLICY` */
export function loadSetFolder(folder: SetFolder, options: Omit<LoadOptions, 'preprocess'>): PolicySet {
  return loadWithConditions(folder, options).set;
}

/**
 * The same, with its temporal conditions, which have to fit the tools as everything else of it, and when it was signed.
 * @throws DemarcError `DMC_POLICY`
 */
export function loadWithConditions(
  folder: SetFolder,
  options: Omit<LoadOptions, 'preprocess'>,
): {
  readonly set: PolicySet;
  readonly conditions: readonly TemporalCondition[];
  readonly signedMs: number | undefined;
} {
  const conditions: TemporalCondition[] = [];
  const collect: Preprocess = (file, text) => {
    const found = preprocess(file, text);
    conditions.push(...found.conditions);
    return found;
  };
  const set = loadPolicySet(sourceOf(folder, { ...options, preprocess: collect }));
  const problems = checkConditions(conditions, set.schema);
  if (problems.length > 0) throw refusal(problems);
  const { key } = options;
  const signedMs = key === undefined ? undefined : verifySet(set.digest, folder.signature, key);
  return { set, conditions, signedMs };
}
