import { asJsonObject, isJsonObject } from '../../base/json-object.ts';
import { limits } from '../../base/limits.ts';
import { type JsonRpcMessage, type JsonRpcRequest, type JsonRpcResponse, rpcErrors } from '../../model/mcp.ts';
import type { RequestHeaders } from '../http/request-headers.ts';
import { decodeHeaderValue, encodeHeaderValue } from './revision.ts';

/** An argument of a tool that is mirrored in a field of the request: `Mcp-Param-<name>`. */
interface Mirror {
  /** In lower case. */
  readonly field: string;
  readonly path: readonly string[];
}

const prefix = 'mcp-param-';

/** @param name in lower case */
export function isParamField(name: string): boolean {
  return name.startsWith(prefix);
}

/**
 * The fields `Mcp-Param-*` of calls (2026-07-28, Streamable HTTP, Custom Headers from Tool Parameters), checked against
 * the arguments by what servers said of their tools in `tools/list`.
 */
export class ParamHeaders {
  /** By server and tool. */
  readonly #mirrors = new Map<string, Map<string, readonly Mirror[]>>();
  readonly #depthMax: number;

  /** @param depthMax how deep in schemas arguments are looked for */
  constructor(depthMax: number = limits.nestingDepthMax) {
    this.#depthMax = depthMax;
  }

  /** Takes note of an answer to `tools/list`. */
  learn(server: string, message: JsonRpcMessage): void {
    const tools = 'result' in message ? message.result['tools'] : undefined;
    if (!Array.isArray(tools)) return;
    const known = this.#mirrors.get(server) ?? new Map<string, readonly Mirror[]>();
    this.#mirrors.set(server, known);
    for (const tool of tools) {
      if (!isJsonObject(tool) || typeof tool['name'] !== 'string') continue;
      const mirrors: Mirror[] = [];
      this.#collect(tool['inputSchema'], [], mirrors);
      if (mirrors.length === 0) known.delete(tool['name']);
      else if (known.size < limits.manifestToolsMax) known.set(tool['name'], mirrors);
    }
  }

  /** What of a call's fields and arguments disagrees; undefined when nothing does. */
  check(server: string, request: JsonRpcRequest, headers: RequestHeaders): string | undefined {
    for (const { field, path } of this.#of(server, request)) {
      const value = valueAt(request.params?.['arguments'], path);
      const sent = headers.get(field);
      if (value === undefined || value === null) {
        if (sent !== undefined) return `\`${field}\` mirrors nothing`;
        continue;
      }
      const decoded = sent === undefined ? undefined : decodeHeaderValue(sent);
      if (decoded === undefined || !isSame(decoded, value)) return `\`${field}\` differs from \`${path.join('.')}\``;
    }
    return undefined;
  }

  /**
   * The fields for what is sent on. Where the tool is known they are made from its arguments; otherwise those of the client go on
   * that say what an argument says. Whatever else they say was not looked at and stays here.
   */
  fieldsFor(server: string, request: JsonRpcRequest, headers: RequestHeaders): Readonly<Record<string, string>> {
    if (request.method !== 'tools/call') return {};
    const args = request.params?.['arguments'];
    const mirrors = this.#of(server, request);
    if (mirrors.length > 0)
      return Object.fromEntries(
        mirrors.flatMap(({ field, path }) => {
          const value = valueAt(args, path);
          return isPrimitive(value) ? [[field, encodeHeaderValue(String(value))]] : [];
        }),
      );
    const fields: Record<string, string> = {};
    for (const [field, sent] of headers) {
      if (!isParamField(field)) continue;
      const decoded = decodeHeaderValue(sent);
      if (decoded !== undefined && holds(args, decoded)) fields[field] = sent;
    }
    return fields;
  }

  /** Annotations count where only `properties` lead to them. */
  #collect(schema: unknown, path: readonly string[], mirrors: Mirror[]): void {
    const properties = isJsonObject(schema) ? schema['properties'] : undefined;
    if (!isJsonObject(properties) || path.length > this.#depthMax) return;
    for (const [name, property] of Object.entries(properties)) {
      if (!isJsonObject(property)) continue;
      const header = property['x-mcp-header'];
      if (isToken(header)) mirrors.push({ field: prefix + header.toLowerCase(), path: [...path, name] });
      this.#collect(property, [...path, name], mirrors);
    }
  }

  #of(server: string, { method, params }: JsonRpcRequest): readonly Mirror[] {
    const name = method === 'tools/call' ? params?.['name'] : undefined;
    return (typeof name === 'string' ? this.#mirrors.get(server)?.get(name) : undefined) ?? [];
  }
}

function valueAt(args: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (value, name) => (isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined),
    args,
  );
}

function isPrimitive(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

/** Numbers are compared as numbers (Server Validation). */
function isSame(text: string, value: unknown): boolean {
  if (typeof value === 'number') return text.trim() !== '' && Number(text) === value;
  return isPrimitive(value) && text === String(value);
}

function holds(value: unknown, text: string): boolean {
  return isJsonObject(value) && Object.values(value).some((member) => isSame(text, member) || holds(member, text));
}

/** Keywords whose value is a schema, or holds schemas by name or in a list (JSON Schema 2020-12), but for `properties`. */
const schemaKeywords =
  /^(?:items|prefixItems|contains|additionalProperties|patternProperties|propertyNames|unevaluated(?:Items|Properties)|dependentSchemas|oneOf|anyOf|allOf|not|if|then|else|\$defs|definitions)$/;
const mirrored: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean']);

/**
 * Whether what a tool's schema says of mirrored arguments may be said so. Else a client over HTTP does not list the tool (2026-07-28,
 * Streamable HTTP, Schema Extension).
 */
export function hasValidMirrors(schema: unknown, depthMax: number = limits.nestingDepthMax): boolean {
  const names = new Set<string>();
  /** @param isReachable whether only `properties` lead here, and at least one */
  const isValid = (one: unknown, isReachable: boolean, depth: number): boolean => {
    if (Array.isArray(one)) return one.every((each) => isValid(each, isReachable, depth));
    if (!isJsonObject(one)) return true;
    if (depth > depthMax) return false;
    const { 'x-mcp-header': header, type, properties } = one;
    if (header !== undefined) {
      const types = [type].flat().filter((each) => each !== 'null');
      const isOfOne = types.length > 0 && types.every((each) => mirrored.has(each));
      if (!isReachable || !isOfOne || !isToken(header) || names.has(header.toLowerCase())) return false;
      names.add(header.toLowerCase());
    }
    const isInner = isReachable || depth === 0;
    if (isJsonObject(properties) && !Object.values(properties).every((each) => isValid(each, isInner, depth + 1)))
      return false;
    return Object.entries(one).every(([keyword, value]) => {
      if (!schemaKeywords.test(keyword)) return true;
      const isNamed =
        isJsonObject(value) && /^(?:patternProperties|dependentSchemas|\$defs|definitions)$/.test(keyword);
      return isValid(isNamed ? Object.values(value) : value, false, depth + 1);
    });
  };
  return isValid(schema, false, 0);
}

/** A field name is a token (RFC 9110, 5.6.2). */
function isToken(header: unknown): header is string {
  return typeof header === 'string' && /^[!#$%&'*+.^_`|~\w-]+$/.test(header);
}

/**
 * Asks for all tools, where a call was refused for fields that its client knows nothing of, or that are other ones now (2026-07-28,
 * Client Behavior).
 *
 * @param list asks for a page of them and learns what it says; undefined where it gets no answer
 * @returns whether the call is worth another try
 */
export async function relearnt(
  call: JsonRpcRequest,
  answer: JsonRpcMessage,
  list: (page: { readonly cursor?: unknown }) => Promise<JsonRpcResponse | undefined>,
): Promise<boolean> {
  const isMismatch = 'error' in answer && answer.error.code === rpcErrors.headerMismatch;
  if (!isMismatch || call.method !== 'tools/call') return false;
  let cursor: unknown;
  for (let page = 0; page < limits.gatewayListPagesMax; page++) {
    const listed = await list(cursor === undefined ? {} : { cursor });
    if (listed === undefined || 'error' in listed) return false;
    cursor = listed.result['nextCursor'];
    if (cursor === undefined) break;
  }
  return true;
}

/** An answer to `tools/list` for a client that does not know what must not be listed over HTTP. The same object where nothing changes. */
export function listable<M extends JsonRpcMessage>(message: M): M {
  const tools = 'result' in message ? message.result['tools'] : undefined;
  if (!('result' in message) || !Array.isArray(tools)) return message;
  const shown = tools.filter((tool) => hasValidMirrors(asJsonObject(tool)['inputSchema']));
  return shown.length === tools.length ? message : { ...message, result: { ...message.result, tools: shown } };
}
