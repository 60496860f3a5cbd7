import { isJsonObject } from '../../base/json-object.ts';

type Members = Readonly<Record<string, unknown>>;

/** Members of a use that say what is used, and those of the gateway and the server: a `requestState` is the server's own words. */
const known: ReadonlySet<string> = new Set(['name', 'uri', 'arguments', 'requestState', '_meta']);
/** Members of `_meta` that MCP or the gateway reads; those of `io.modelcontextprotocol/` too. */
const knownMeta = /^(?:progressToken|traceparent|tracestate|baggage|io\.modelcontextprotocol\/.*|dev\.demarc\/.*)$/;

/**
 * What a client sends to a server with a call and beside its arguments: answers to a question that the server asked before
 * (`inputResponses`, MCP 2026-07-28, basic/patterns/mrtr), members of extensions, also those in `_meta`. It leaves like the arguments,
 * so it is looked through for credentials and recorded like them.
 *
 * @returns undefined where there is nothing
 */
export function besideArguments(params: Members = {}): Members | undefined {
  const meta = isJsonObject(params['_meta']) ? others(params['_meta'], (name) => knownMeta.test(name)) : undefined;
  const beside = others(params, (name) => known.has(name));
  return meta === undefined ? beside : { ...beside, _meta: meta };
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
  return meta === undefined ? joined : { ...joined, _meta: { ...(params['_meta'] as Members), ...(meta as Members) } };
}
