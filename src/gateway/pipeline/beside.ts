import { asJsonObject, isJsonObject } from '../../base/json-object.ts';

type Members = Readonly<Record<string, unknown>>;

/** Members of a use that say what is used, and those of the gateway and the server: a `requestState` is the server's own words. */
const known: ReadonlySet<string> = new Set(['name', 'uri', 'arguments', 'requestState', '_meta']);
const keptOfApproved: ReadonlySet<string> = new Set([...known, 'inputResponses']);
/** Members of `_meta` that MCP or the gateway reads; those of `io.modelcontextprotocol/` too. */
const knownMeta = /^(?:progressToken|traceparent|tracestate|baggage|io\.modelcontextprotocol\/.*|dev\.demarc\/.*)$/;

/**
 * What a client sends to a server with a call and beside its arguments: answers to a question that the server asked before
 * (`inputResponses`, MCP 2026-07-28, basic/patterns/mrtr), members of extensions, also those in `_meta`. It leaves like the arguments,
 * so it is looked through for credentials and recorded like them.
 *
 * @param own members that are not the client's words
 * @returns undefined where there is nothing
 */
export function besideArguments(params: Members = {}, own = known): Members | undefined {
  const { _meta } = params;
  const meta = isJsonObject(_meta) ? others(_meta, (name) => knownMeta.test(name)) : _meta;
  const beside = others(params, (name) => own.has(name));
  return meta === undefined ? beside : { ...beside, _meta: meta };
}

/**
 * A request whose arguments a person approved, without what stands beside them, which nobody showed that person. Answers to questions of
 * the server stay, and for how long a task is to be kept (2025-11-25, tasks).
 */
export function withoutBeside(params: Members = {}): Members {
  const { ttl } = asJsonObject(params['task']);
  return {
    ...onlyOwn(params, keptOfApproved),
    ...(params['task'] === undefined ? {} : { task: typeof ttl === 'number' ? { ttl } : {} }),
  };
}

/** The members without what `besideArguments` finds beside them. */
export function onlyOwn(params: Members, own: ReadonlySet<string>): Members {
  const kept = others(params, (name) => !own.has(name)) ?? {};
  if (!('_meta' in kept)) return kept;
  const meta = isJsonObject(kept['_meta']) ? others(kept['_meta'], (name) => !knownMeta.test(name)) : undefined;
  return { ...kept, _meta: meta ?? {} };
}

function others(members: Members, isKnown: (name: string) => boolean): Members | undefined {
  let found: Record<string, unknown> | undefined;
  for (const name in members) if (!isKnown(name)) (found ??= {})[name] = members[name];
  return found;
}

/** The members with others in the place of their own; those of `_meta` one by one. */
export function withBeside(params: Members, beside: Members | undefined): Members {
  if (beside === undefined) return params;
  const { _meta: meta, ...rest } = beside;
  const joined = { ...params, ...rest };
  if (meta === undefined) return joined;
  return { ...joined, _meta: isJsonObject(meta) ? { ...(params['_meta'] as Members), ...meta } : meta };
}
