import type { JsonObject } from '../base/json-object.ts';
import { limits } from '../base/limits.ts';
import type { ApprovedLabels } from '../model/tool-labels.ts';
import { PinnedServer, type Standing } from './compare.ts';
import { type Definition, type DefinitionKind, digestOf, isPinned, keyOf, readDefinitions } from './definition.ts';
import type { DefinitionFinding } from './inspect/finding.ts';
import { skeletonOf } from './inspect/fold.ts';
import { surroundingsOf } from './inspect/inspect-definition.ts';
import type { Surroundings } from './inspect/speech.ts';
import type { IntroducedCapability } from './introduced.ts';
import { examineOne, type ExaminedDefinition, type PinnedDefinition, pinOf, type ServerPins } from './pins.ts';
import type { DraftLabels } from './tool-shape.ts';
import { areConfusable } from './tool-names.ts';

/** What is to be done with one entry of a list. */
export interface Judgement {
  /** Stable reason codes for which it is not shown and not callable; empty where it is admitted. */
  readonly blocked: readonly string[];
  readonly findings: readonly DefinitionFinding[];
  /** How it stands to what was approved or, of a server without pins, first seen; undefined for what is no definition. */
  readonly standing: Standing | undefined;
}

/** Reason codes of what a change introduces: `integrity.new-destination`. */
export type IntegrityReason = `integrity.${IntroducedCapability}`;

export interface WatchParts {
  /** The pins of a server; undefined where it has none. Asked at each list: pins are reloaded. */
  readonly pins: (server: string) => ServerPins | undefined;
  /**
   * What holds for a server without pins: `first-seen` takes what any principal is shown first as approved and blocks what later
   * introduces a capability; `refuse` blocks all of it.
   */
  readonly unpinned: 'first-seen' | 'refuse';
  readonly draft: DraftLabels;
  readonly first: FirstSeen;
}

/** What servers without pins were seen to list first. */
export interface FirstSeen {
  /** Of earlier processes, by server. */
  readonly known: ReadonlyMap<string, readonly PinnedDefinition[]>;
  /** In place of what was known of it, where something was. */
  add(server: string, definition: PinnedDefinition): void;
}

/** What is known of one server. */
interface Watched {
  pins: ServerPins | undefined;
  pinned: PinnedServer;
  /** Names of its tools as they were listed. */
  readonly tools: Set<string>;
  /** By key, what was seen first; of servers without pins. */
  readonly first: Map<string, PinnedDefinition>;
  /** By key, digest and what was known of names then. */
  readonly judged: Map<string, Judgement>;
  around?: { readonly names: number; readonly surroundings: Surroundings };
}

/**
 * Looks at every list on its way to a client: each page, each principal's own, each time. A definition is judged by itself against
 * what was approved, so it is of no matter on which page it stands, to whom it is shown and whether the list was announced to have
 * changed. Judgements are kept by digest: a list seen before costs its digests.
 */
export class ListWatch {
  readonly #parts: WatchParts;
  readonly #servers = new Map<string, Watched>();
  /** Names of tools by what they look like. */
  readonly #looks = new Map<string, string>();
  /** Counts up when a tool appears: judgements depend on the names there are. */
  #names = 0;

  constructor(parts: WatchParts) {
    this.#parts = parts;
    for (const definitions of parts.first.known.values())
      for (const { kind, name } of definitions) if (kind === 'tool') this.#clashOf(name);
  }

  /** @returns one judgement for each entry, in order */
  inspect(
    server: string,
    kind: Exclude<DefinitionKind, 'instructions'>,
    entries: readonly unknown[],
  ): readonly Judgement[] {
    const watched = this.#watched(server);
    const read = readDefinitions(kind, entries);
    if (kind === 'tool')
      for (const { definition } of read) if (definition !== undefined) this.#note(watched, definition.name);
    return read.map(({ definition, refusal }) => {
      if (refusal !== undefined || definition === undefined)
        return { blocked: [refusal ?? 'definition.malformed'], findings: [], standing: undefined };
      return this.#judge(server, watched, definition);
    });
  }

  /** The same for what `initialize` or `server/discover` says of the whole server. */
  inspectInstructions(server: string, instructions: string): Judgement {
    return this.#judge(server, this.#watched(server), { kind: 'instructions', name: '', json: { instructions } });
  }

  /** The same for what was named and in no list: of a server that is held to what was approved, it was not. */
  unlisted(server: string, kind: Exclude<DefinitionKind, 'instructions'>, name: string): readonly IntegrityReason[] {
    const { pins, pinned } = this.#watched(server);
    const isAdmitted =
      pins === undefined
        ? this.#parts.unpinned === 'first-seen'
        : !isPinned({ kind, name }) || pinned.has(keyOf({ kind, name }));
    return isAdmitted ? [] : ['integrity.never-approved'];
  }

  /** Labels that a tool which has changed was approved or first seen with; undefined where it is as it was. */
  approved(server: string, name: string, json: JsonObject): ApprovedLabels | undefined {
    const { pins, pinned, first } = this.#watched(server);
    const definition: Definition = { kind: 'tool', name, json };
    const key = keyOf(definition);
    const before = pins === undefined ? first.get(key) : pinned.get(key);
    return before === undefined || before.digest === digestOf(definition) ? undefined : before.tool?.labels;
  }

  #watched(server: string): Watched {
    const pins = this.#parts.pins(server);
    const known = this.#servers.get(server);
    if (known !== undefined && known.pins === pins) return known;
    const none: ServerPins = { identity: {}, time: '', definitions: [] };
    const made: Watched = {
      pins,
      pinned: new PinnedServer(pins ?? none, this.#parts.draft),
      tools: known?.tools ?? new Set(),
      first: known?.first ?? new Map(this.#parts.first.known.get(server)?.map((first) => [keyOf(first), first])),
      judged: new Map(),
    };
    this.#servers.set(server, made);
    // Whoever looks like a tool that a person approved is the one that is not admitted, also where it was there before.
    for (const name of made.pinned.names) this.#looks.set(skeletonOf(name), name);
    this.#names++;
    return made;
  }

  /** Made once for all that is judged while the names stay. */
  #around(server: string, watched: Watched): Surroundings {
    if (watched.around?.names === this.#names) return watched.around.surroundings;
    const others = [...this.#servers].flatMap(([name, { tools }]) => (name === server ? [] : [...tools]));
    const surroundings = surroundingsOf([...watched.tools, ...watched.pinned.names], others);
    watched.around = { names: this.#names, surroundings };
    return surroundings;
  }

  #note(watched: Watched, name: string): void {
    if (watched.tools.has(name) || watched.tools.size >= limits.watchedDefinitionsMax) return;
    watched.tools.add(name);
    this.#names++;
  }

  #judge(server: string, watched: Watched, definition: Definition): Judgement {
    const key = `${keyOf(definition)}\n${digestOf(definition)}\n${this.#names}`;
    const known = watched.judged.get(key);
    if (known !== undefined) return known;
    if (watched.judged.size >= limits.watchedDefinitionsMax) watched.judged.clear();
    const judgement = this.#judgeAnew(server, watched, definition);
    watched.judged.set(key, judgement);
    return judgement;
  }

  #judgeAnew(server: string, watched: Watched, definition: Definition): Judgement {
    const around = this.#around(server, watched);
    const examined = examineOne(definition, around);
    const { findings } = examined;
    const key = keyOf(definition);
    const alarms = [...new Set(findings.filter(({ severity }) => severity === 'alarm').map(({ code }) => code))];
    if (watched.pins !== undefined) {
      const standing = watched.pinned.standingOf(examined, around);
      // What was approved with its alarms stays approved; a changed one tells of new alarms itself. Of content nothing was approved.
      return { blocked: isPinned(definition) ? reasonsOf(standing) : alarms, findings, standing };
    }
    if (this.#parts.unpinned === 'refuse')
      return { blocked: ['integrity.never-approved', ...alarms], findings, standing: undefined };
    const clash = definition.kind === 'tool' ? this.#clashOf(definition.name) : [];
    const first = watched.first.get(key);
    if (first === undefined) {
      if (watched.first.size >= limits.watchedDefinitionsMax)
        return { blocked: ['definition.too-many'], findings, standing: undefined };
      const pinned = pinOf(examined, this.#parts.draft);
      watched.first.set(key, pinned);
      this.#parts.first.add(server, pinned);
      return { blocked: [...alarms, ...clash], findings, standing: { state: 'unchanged' } };
    }
    if (first.digest === examined.digest) this.#keepAnew(server, watched, first, examined);
    const seen = new PinnedServer({ identity: {}, time: '', definitions: [first] }, this.#parts.draft);
    const standing = seen.standingOf(examined, around);
    return { blocked: [...new Set([...reasonsOf(standing), ...alarms, ...clash])], findings, standing };
  }

  /** An earlier version kept other digests of the same, with which nothing that changes later could be compared. */
  #keepAnew(server: string, watched: Watched, first: PinnedDefinition, examined: ExaminedDefinition): void {
    const pinned = { ...pinOf(examined, this.#parts.draft), accepted: first.accepted };
    if (pinned.words === first.words) return;
    watched.first.set(keyOf(first), pinned);
    this.#parts.first.add(server, pinned);
  }

  /** A tool that looks like one that was there before it, of this server or another. */
  #clashOf(name: string): string[] {
    const look = skeletonOf(name);
    const known = this.#looks.get(look);
    if (known === undefined) {
      if (this.#looks.size < limits.watchedDefinitionsMax) this.#looks.set(look, name);
      return [];
    }
    return areConfusable(known, name) ? ['name.confusable'] : [];
  }
}

function reasonsOf(standing: Standing): IntegrityReason[] {
  if (standing.state !== 'new' && standing.state !== 'changed') return [];
  return [...new Set(standing.introduced.map(({ kind }): IntegrityReason => `integrity.${kind}`))];
}
