import type { Definition } from '../../integrity/definition.ts';
import type { DefinitionFinding } from '../../integrity/inspect/finding.ts';
import type { LockFile } from '../../integrity/lock-file.ts';
import type { Source } from '../../model/collect.ts';
import type { GapKind } from '../../model/gap.ts';
import type { MutableProperties } from '../../model/value.ts';
import type { DocNode, PositionSink } from '../documents/node.ts';
import type { PolicyTable } from './policy-table.ts';
import type { Scope } from './shapes.ts';

/** How a file is parsed before its reader sees it. `text` files (Markdown, plain rules) are not. */
export type Format = 'json' | 'json5' | 'toml' | 'yaml' | 'text';

/** What kind of file it is; settings files of one client that use the same keys for different things differ in `part`. */
export interface FileForm {
  /** Where it lies below its base, with `/`; one star stands for a part of a name, two for any folders. */
  readonly at: string;
  /** `workspace`: the project's, or the person's when the base is a home folder. */
  readonly scope: Scope | 'workspace';
  readonly format: Format;
  readonly read: Reader;
  /** A managed file that several clients read, or a name too common to be told by its path alone. */
  readonly when?: (root: DocNode | undefined, path: string) => boolean;
}

/** A file that was opened for a reader. */
export interface OpenFile {
  readonly path: string;
  /** The folder it applies to: a project, a home, or the root of a machine. */
  readonly base: string;
  readonly scope: Scope;
  readonly client: string;
  readonly text: string;
  /** The parsed tree; undefined for text files and for what does not parse. */
  readonly root: DocNode | undefined;
  readonly source: Source;
  /** Reads the text of a lock file. Throws for what is none. */
  readonly parseLock: (text: string, what: string) => LockFile;
  /** Looks at definitions of tools and prompts that stand in one file; there for bundles of tool servers. */
  readonly inspect?: Inspect | undefined;
}

/** @param definitions of one file @returns findings of each, in order */
export type Inspect = (definitions: readonly Definition[]) => readonly (readonly DefinitionFinding[])[];

export type Reader = (file: OpenFile, sink: Sink) => void;

/** A resource before it has an id. */
export interface Draft {
  readonly type:
    | 'mcp.server'
    | 'agent.settings'
    | 'agent.hook'
    | 'agent.instructions'
    | 'editor.task'
    | 'browser.policy'
    | 'agent.job';
  readonly name: string;
  /** Unique within the file; the path is added when needed. */
  readonly address: string;
  readonly line: number;
  readonly column: number;
  readonly properties: MutableProperties;
  readonly positions: PositionSink;
}

/** Where readers put what they found. */
export interface Sink {
  add(file: OpenFile, draft: Draft): void;
  /** A settings file that takes part in the client's effective policy. `root` undefined: it does not parse. */
  policy(file: OpenFile, part: string, root: DocNode | undefined): void;
  gap(file: OpenFile, kind: GapKind, reason: string, line?: number): void;
}

/** One agent client: where its files lie, how they are read, how they combine. Everything about it is in its folder. */
export interface Adapter {
  /** Also the dialect of its resources: `claude-code`. */
  readonly id: string;
  readonly name: string;
  readonly forms: readonly FileForm[];
  /** Paths on a machine, by platform; `~/` is the person's home. */
  readonly machine: Readonly<Record<'linux' | 'darwin' | 'win32', readonly string[]>>;
  /** How its settings files combine; undefined when it has none that decide anything. */
  readonly policy: PolicyTable | undefined;
  /** It is no agent client: what it finds stands for itself, and there is no `agent.client` for it. */
  readonly bystander?: boolean;
  /** Its forms apply only to files that no other client claims. */
  readonly fallback?: boolean;
}

/** The same paths below the home folder on every platform. */
export function everywhere(...paths: readonly string[]): Adapter['machine'] {
  return { linux: paths, darwin: paths, win32: paths };
}
