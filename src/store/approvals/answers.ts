/**
 * How a client is told that a person has to approve a call, in its revision of MCP (specification read 28 Nov 2026):
 * - 2026-07-28, basic/patterns/mrtr and client/elicitation: an `input_required` result with an elicitation of mode `url` and
 *   a `requestState`, where the request declares `elicitation.url`;
 * - 2025-11-25, client/elicitation: error -32042 with the same elicitation, where the client declared it;
 * - any other client: a tool error, or an error for prompts and resources, that says what to do. The client tries again.
 */
import { isJsonObject } from '../../base/json-object.ts';
import { formatRfc3339 } from '../../base/rfc3339.ts';
import type { JsonRpcRequest, JsonRpcResponse, McpRevision } from '../../model/mcp.ts';
import type { Approval } from './approval.ts';
import { visibleText } from './visible-text.ts';

/** The key of the question in `inputRequests`, and of its answer in `inputResponses`. */
export const inputKey = 'demarc-approval';

/** Methods whose result may be `input_required` (2026-07-28). */
const inputMethods: ReadonlySet<string> = new Set(['tools/call', 'prompts/get', 'resources/read']);
/** Error of revision 2025-11-25 only. */
const urlElicitationRequired = -32042;
/** In the range that MCP leaves to implementations (2026-07-28, schema). */
export const approvalRequired = -32010;

export type AskBy = 'input-required' | 'url-error' | 'text';

/**
 * By what way a client can be asked.
 *
 * @param capabilities what the client declared: at `initialize`, or since 2026-07-28 in `_meta` of the request
 */
export function askBy(request: JsonRpcRequest, revision: McpRevision, capabilities: unknown): AskBy {
  if (!isJsonObject(member(member(capabilities, 'elicitation'), 'url'))) return 'text';
  if (revision === '2026-07-28') return inputMethods.has(request.method) ? 'input-required' : 'text';
  return revision === '2025-11-25' ? 'url-error' : 'text';
}

export interface AskParts {
  readonly approval: Approval;
  /** Page of the approval. */
  readonly url: string;
  /** What `writeState` gave; used with `input-required` only. */
  readonly state: string;
  readonly by: AskBy;
  readonly revision: McpRevision;
}

/** The answer to a call that waits for an approval. */
export function askAnswer(
  { id, method }: JsonRpcRequest,
  { approval, url, state, by, revision }: AskParts,
): JsonRpcResponse {
  const message = askMessage(approval);
  switch (by) {
    case 'input-required':
      return {
        jsonrpc: '2.0',
        id,
        result: {
          resultType: 'input_required',
          inputRequests: { [inputKey]: { method: 'elicitation/create', params: { mode: 'url', url, message } } },
          requestState: state,
        },
      };
    case 'url-error':
      return {
        jsonrpc: '2.0',
        id,
        error: {
          code: urlElicitationRequired,
          message,
          data: { elicitations: [{ mode: 'url', elicitationId: approval.id, url, message }] },
        },
      };
    case 'text':
      return waitingAnswer({ id, method }, approval, url, message, revision);
  }
}

function waitingAnswer(
  { id, method }: Pick<JsonRpcRequest, 'id' | 'method'>,
  approval: Approval,
  url: string,
  message: string,
  revision: McpRevision,
): JsonRpcResponse {
  const expires = formatRfc3339(approval.expiresMs);
  const text = `${message} Nothing was done yet. A person can answer until ${expires}: ${url} or \`demarc approvals approve ${approval.id}\`. Make the same call again after that.`;
  if (method !== 'tools/call')
    return {
      jsonrpc: '2.0',
      id,
      error: { code: approvalRequired, message: text, data: { approval: approval.id, url, expires } },
    };
  const content = [{ type: 'text', text }];
  return {
    jsonrpc: '2.0',
    id,
    result: revision === '2026-07-28' ? { resultType: 'complete', content, isError: true } : { content, isError: true },
  };
}

/** One sentence for the person. Names come from servers: what cannot be seen in them is shown. */
function askMessage({ kind, binding, agent }: Approval): string {
  const what = kind === 'declassification' ? 'release of confidential data by' : 'approval of';
  return `A person has to decide on the ${what} \`${visibleText(binding.name)}\` on \`${visibleText(binding.server)}\` for \`${visibleText(agent)}\`.`;
}

export interface Retry {
  /** The request without what was meant for the gateway: the same object where nothing was. */
  readonly request: JsonRpcRequest;
  /** What came as `requestState`. */
  readonly state: unknown;
  /** The person at the client would not open the page. */
  readonly declined: boolean;
}

/**
 * Takes the gateway's part out of a request that is tried again. An answer to the gateway's question is removed also where
 * it was not asked: no server sees it.
 *
 * @param own whether `requestState` is the gateway's
 * @param inner the state of the server behind, which takes the place of the gateway's
 */
export function readRetry(request: JsonRpcRequest, own: boolean, inner?: string): Retry {
  const { params } = request;
  const state = params?.['requestState'];
  const responses = params?.['inputResponses'];
  const answered = isJsonObject(responses) && Object.hasOwn(responses, inputKey);
  if (params === undefined || (!own && !answered)) return { request, state, declined: false };
  const { requestState: _state, inputResponses: _responses, ...rest } = params;
  const others = isJsonObject(responses) ? Object.entries(responses).filter(([key]) => key !== inputKey) : [];
  const kept: Record<string, unknown> = { ...rest };
  if (isJsonObject(responses) && (others.length > 0 || !answered)) kept['inputResponses'] = Object.fromEntries(others);
  if (!own && state !== undefined) kept['requestState'] = state;
  if (own && inner !== undefined) kept['requestState'] = inner;
  const action = isJsonObject(responses) ? member(responses[inputKey], 'action') : undefined;
  return {
    request: { ...request, params: kept },
    state,
    declined: own && (action === 'decline' || action === 'cancel'),
  };
}

/**
 * A request as its first round. Answers to a question that the server asked before are not what somebody approves who sees the
 * arguments: the server asks it again, in a round of the call that was approved.
 */
export function firstRound(request: JsonRpcRequest): JsonRpcRequest {
  const { params } = request;
  if (params?.['requestState'] === undefined && params?.['inputResponses'] === undefined) return request;
  const { requestState: _state, inputResponses: _responses, ...rest } = params;
  return { ...request, params: rest };
}

function member(value: unknown, name: string): unknown {
  return isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
