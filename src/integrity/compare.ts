import { type DefinitionKind, definitionsOf, isPinned, keyOf, type Listing } from './definition.ts';
import { meaningOf } from './inspect/finding.ts';
import { type Changes, changesOf } from './introduced.ts';
import { surroundingsOf } from './inspect/inspect-definition.ts';
import type { Surroundings } from './inspect/speech.ts';
import { bodyOf, examine, type ExaminedDefinition, type PinnedDefinition, type ServerPins } from './pins.ts';
import type { DraftLabels } from './tool-shape.ts';

/** How one definition stands to what was approved. */
export type Standing =
  | { readonly state: 'unchanged' }
  /** Never approved; `renamedFrom` is an approved definition that is gone and was the same but for its name. */
  | ({ readonly state: 'new'; readonly renamedFrom?: string | undefined } & Changes)
  | ({ readonly state: 'changed' } & Changes)
  | { readonly state: 'removed' };

export interface ComparedDefinition {
  readonly kind: DefinitionKind;
  readonly name: string;
  readonly standing: Standing;
}

/** Whether it may be used before a person has looked at it again. */
export function isBlocked(standing: Standing): boolean {
  return (standing.state === 'new' || standing.state === 'changed') && standing.introduced.length > 0;
}

/** What one server's definitions are compared with. */
export class PinnedServer {
  readonly #byKey: ReadonlyMap<string, PinnedDefinition>;
  readonly #draft: DraftLabels;

  constructor(pins: ServerPins, draft: DraftLabels) {
    this.#byKey = new Map(pins.definitions.map((pinned) => [keyOf(pinned), pinned]));
    this.#draft = draft;
  }

  get names(): Iterable<string> {
    return [...this.#byKey.values()].filter(({ kind }) => kind === 'tool').map(({ name }) => name);
  }

  get(key: string): PinnedDefinition | undefined {
    return this.#byKey.get(key);
  }

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  keys(): Iterable<string> {
    return this.#byKey.keys();
  }

  /** @param listed keys of everything the list holds, where all of it is known: tells renames */
  standingOf(examined: ExaminedDefinition, around: Surroundings, listed?: ReadonlySet<string>): Standing {
    const { definition, digest } = examined;
    if (!isPinned(definition)) return { state: 'unchanged' };
    const pinned = this.#byKey.get(keyOf(definition));
    if (pinned?.digest === digest) return { state: 'unchanged' };
    if (pinned !== undefined) return { state: 'changed', ...changesOf(pinned, examined, this.#draft, around) };
    const body = bodyOf(definition);
    const from = [...this.#byKey.values()].find(
      (other) => other.kind === definition.kind && other.body === body && listed?.has(keyOf(other)) === false,
    );
    const detail = from === undefined ? 'not in the lock file' : `approved as \`${from.name}\``;
    return {
      state: 'new',
      renamedFrom: from?.name,
      introduced: [{ kind: 'never-approved', detail }],
      neutral: [],
    };
  }
}

/**
 * Compares everything a server lists with its pins. Order of lists and pages is of no matter.
 *
 * @param others names of tools of the servers used beside it
 * @returns every definition that is pinned or is to be, by kind and name, and what is none by its number in the list
 */
export function compareListing(
  pins: ServerPins,
  listing: Listing,
  draft: DraftLabels,
  others: Iterable<string> = [],
): readonly ComparedDefinition[] {
  const server = new PinnedServer(pins, draft);
  const examined = examine(listing, others).filter(({ definition }) => isPinned(definition));
  const listed = new Set(examined.map(({ definition }) => keyOf(definition)));
  const tools = examined.flatMap(({ definition }) => (definition.kind === 'tool' ? [definition.name] : []));
  const around = surroundingsOf([...tools, ...server.names], others);
  const found = examined.map((one): ComparedDefinition => {
    const { kind, name } = one.definition;
    return { kind, name, standing: server.standingOf(one, around, listed) };
  });
  const removed = pins.definitions
    .filter((pinned) => !listed.has(keyOf(pinned)))
    .map(({ kind, name }): ComparedDefinition => ({ kind, name, standing: { state: 'removed' } }));
  const unread = definitionsOf(listing).refused.map(({ kind, at, refusal }): ComparedDefinition => {
    const introduced = [{ kind: 'never-approved' as const, detail: meaningOf(refusal) }];
    return { kind, name: `#${at + 1}`, standing: { state: 'new', introduced, neutral: [] } };
  });
  return [...found, ...removed, ...unread].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
