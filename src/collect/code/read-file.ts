import { messageOf } from '../../base/errors.ts';
import { findSecrets } from '../../base/secrets.ts';
import type { Source } from '../../model/collect.ts';
import { decodeValue, encodeValue } from '../../model/encoding.ts';
import type { Gap } from '../../model/gap.ts';
import { seal } from '../../model/seal.ts';
import type { MutableProperties } from '../../model/value.ts';
import { detect, type Detected } from './detect.ts';
import { type CodeType, Draft } from './draft.ts';
import type { Reacher } from './find/servers.ts';
import { isMinified, mayRoute, mayUseAi, mayUseStore } from './prefilter.ts';
import { readModule } from './read-module.ts';
import type { Grammars, Language } from './syntax/grammar.ts';

/** What one source file gives before it is linked with others of its package. */
export interface ReadFile {
  /** Undefined when it cannot be read. */
  readonly detected: Detected | undefined;
  readonly gaps: readonly Gap[];
}

/** Whether a file may use AI itself, or may be linked with files that do: then it counts where these are. */
export type Use = 'ai' | 'linked' | 'none';

const name = 'code files';

/** What a source file may be of use for, told by a look at its text. Throws what `Source.text` throws. */
export function useOf(path: string, language: Language, source: Source): Use {
  // Its use, and behind a blank what it gives once somebody wanted to know.
  const kept = source.kept?.(name, [path])?.split(' ', 1)[0];
  if (kept !== undefined) return kept as Use;
  const text = source.text(path);
  const use = mayUseAi(text, language) ? 'ai' : mayUseStore(text) || mayRoute(text, language) ? 'linked' : 'none';
  if (use !== 'ai') source.keep?.(name, [path], () => use);
  return use;
}

/** Reads one source file; of one that did not change since, what was kept. */
export async function readFile(grammars: Grammars, path: string, use: Use, source: Source): Promise<ReadFile> {
  const kept = source.kept?.(name, [path])?.slice(use.length + 1) ?? '';
  if (kept !== '') return decode(path, JSON.parse(kept) as EncodedFile);
  const gap = (kind: Gap['kind'], reason: string): ReadFile => ({
    detected: undefined,
    gaps: [{ kind, reason, location: { file: path, line: 1, column: 1 } }],
  });
  try {
    const text = source.text(path);
    if (isMinified(text)) return gap('unsupported', 'bundled or minified source');
    const { module, gaps } = await readModule(grammars, path, text);
    const file = { detected: module && detect(module), gaps };
    source.keep?.(name, [path], () => `${use} ${encode(file) ?? ''}`);
    return file;
  } catch (thrown) {
    return thrown instanceof RangeError
      ? gap('too-large', 'nested deeper than the limit')
      : gap('unsupported', `could not be read: ${messageOf(thrown)}`);
  }
}

/** Links are made when files are put together. */
type EncodedDraft = readonly [
  type: CodeType,
  line: number,
  column: number,
  name: string,
  properties: unknown,
  positions: Draft['positions'],
  uses: readonly string[],
];

/** Drafts that stand elsewhere besides are told by their place in the list. */
interface EncodedFile extends Pick<Detected, 'settings'> {
  readonly gaps: readonly Gap[];
  readonly drafts: readonly EncodedDraft[] | undefined;
  readonly open: readonly (readonly [from: number, path: string])[];
  readonly tools: readonly (readonly [name: string, tool: number])[];
  readonly routes: Detected['routes'];
  readonly reachers: readonly (readonly [name: string, reacher: Reacher])[];
}

/** Undefined for a file in which a secret stands: it is read again, as the cache holds none. */
function encode({ detected, gaps }: ReadFile): string | undefined {
  const { drafts, open = [], tools = [], routes = [], reachers = [], settings } = detected ?? {};
  const places = new Map(drafts?.map((draft, at) => [draft, at]));
  const placeOf = (draft: Draft): number => places.get(draft) ?? -1;
  const encoded: EncodedFile = {
    gaps,
    drafts: drafts?.map((draft) => [
      draft.type,
      draft.at.line,
      draft.at.column,
      draft.name,
      encodeValue(draft.properties),
      draft.positions,
      draft.uses,
    ]),
    open: open.map(({ from, path }) => [placeOf(from), path]),
    tools: [...tools].map(([key, tool]) => [key, placeOf(tool)]),
    routes,
    reachers: [...reachers],
    settings,
  };
  const isKnown = [...encoded.open.map(([from]) => from), ...encoded.tools.map(([, tool]) => tool)].every(
    (at) => at >= 0,
  );
  const text = JSON.stringify(encoded);
  return isKnown && findSecrets(text).length === 0 && (drafts ?? []).every(isWithoutSecrets) ? text : undefined;
}

function isWithoutSecrets({ properties }: Draft): boolean {
  return JSON.stringify(encodeValue(seal(properties, ''))) === JSON.stringify(encodeValue(properties));
}

function decode(file: string, encoded: EncodedFile): ReadFile {
  const { gaps, open, tools, routes, reachers, settings } = encoded;
  const drafts = encoded.drafts?.map(([type, line, column, own, properties, positions, uses]) => {
    const draft = new Draft(type, file, { line, column }, own);
    Object.assign(draft.properties, decodeValue(properties) as MutableProperties);
    Object.assign(draft.positions, positions);
    draft.uses.push(...uses);
    return draft;
  });
  if (drafts === undefined) return { gaps, detected: undefined };
  const draftAt = (at: number): readonly Draft[] => drafts.slice(at, at + 1);
  return {
    gaps,
    detected: {
      file,
      drafts,
      open: open.flatMap(([at, path]) => draftAt(at).map((from) => ({ from, path }))),
      tools: new Map(tools.flatMap(([key, at]) => draftAt(at).map((tool) => [key, tool] as const))),
      routes,
      reachers: new Map(reachers),
      settings,
    },
  };
}
