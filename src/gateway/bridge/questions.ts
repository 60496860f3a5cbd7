import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { failureOf, type JsonRpcFailure, type JsonRpcId, type JsonRpcRequest, rpcErrors } from '../../model/mcp.ts';

type Question = Pick<JsonRpcRequest, 'method' | 'params'>;

/** What a server may ask a client for in either era (2026-07-28, multi round-trip requests, supported requests). */
const askable: ReadonlySet<string> = new Set(['elicitation/create', 'sampling/createMessage', 'roots/list']);

export function isAskable({ method }: Pick<Question, 'method'>): boolean {
  return askable.has(method);
}

/**
 * The capabilities that a client would have to declare to be asked this, where it did not (2026-07-28, capabilities; 2025-11-25,
 * elicitation and sampling: an empty `elicitation` means forms).
 * @returns undefined where it may be asked
 */
export function lackedCapabilities(declared: JsonObject, { method, params = {} }: Question): JsonObject | undefined {
  const has = (feature: string): boolean => isJsonObject(declared[feature]);
  const hasPart = (feature: string, part: string): boolean => isJsonObject(asJsonObject(declared[feature])[part]);
  switch (method) {
    case 'elicitation/create': {
      if (params['mode'] === 'url') return hasPart('elicitation', 'url') ? undefined : { elicitation: { url: {} } };
      const isUrlOnly = hasPart('elicitation', 'url') && !hasPart('elicitation', 'form');
      return has('elicitation') && !isUrlOnly ? undefined : { elicitation: { form: {} } };
    }
    case 'sampling/createMessage':
      if (params['tools'] !== undefined || params['toolChoice'] !== undefined)
        return hasPart('sampling', 'tools') ? undefined : { sampling: { tools: {} } };
      return has('sampling') ? undefined : { sampling: {} };
    case 'roots/list':
      return has('roots') ? undefined : { roots: {} };
    default:
      return undefined;
  }
}

/** Levels of log messages from the least to the most severe (RFC 5424, as MCP names them). */
const levels = ['debug', 'info', 'notice', 'warning', 'error', 'critical', 'alert', 'emergency'];

export function isLevel(level: unknown): boolean {
  return typeof level === 'string' && levels.includes(level);
}

/** What asks for a level that there is not gets (every revision, Logging, Error Handling). */
export function noLevel(id: JsonRpcId): JsonRpcFailure {
  return failureOf(id, rpcErrors.invalidParams, 'Invalid params: log level');
}

/** Whether a log message is of the wanted level or above; where no level is wanted, none is (2026-07-28, logging). */
export function isLoud(wanted: unknown, level: unknown): boolean {
  const least = levels.indexOf(String(wanted));
  return least !== -1 && levels.indexOf(String(level)) >= least;
}
