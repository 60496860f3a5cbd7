import { isJsonObject, type JsonObject } from '../base/json-object.ts';
import { limits } from '../base/limits.ts';
import type { Random } from '../base/ports.ts';
import {
  failureOf,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  rpcErrors,
} from '../model/mcp.ts';
import type { MessageFilter } from './interceptor.ts';
import { isResponse } from './mcp/message.ts';

/** Requests about one task (2025-11-25, tasks; 2026-07-28, extension `io.modelcontextprotocol/tasks`, SEP-2663). */
const aboutTask: ReadonlySet<string> = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/update']);
/** What names the tasks that a server agreed to tell of (SEP-2663, task status notifications). */
const acknowledged = 'notifications/subscriptions/acknowledged';
/** Where messages name the task they belong to (2025-11-25, tasks, related task metadata). */
const relatedKey = 'io.modelcontextprotocol/related-task';

/** A task that a server made of a call. */
export interface Task {
  /** `principalKey` of who made the call. For anybody else there is no such task. */
  readonly principal: string;
  readonly server: string;
  /** The server's own name for it. */
  readonly id: string;
  /** The gateway's name for it where several servers are one: it says nothing, and two are never the same. */
  readonly handle: string;
  /** The tool that was called. */
  readonly tool: string;
}

/** The tasks of a gateway. They are forgotten with the process: then there are none, for anybody. */
export class Tasks {
  readonly #random: Random;
  /** Oldest first. */
  readonly #byKey = new Map<string, Task>();
  readonly #byHandle = new Map<string, Task>();

  constructor(random: Random) {
    this.#random = random;
  }

  find(principal: string, server: string, id: unknown): Task | undefined {
    return typeof id === 'string' ? this.#byKey.get(keyOf(principal, server, id)) : undefined;
  }

  byHandle(principal: string, handle: unknown): Task | undefined {
    const task = typeof handle === 'string' ? this.#byHandle.get(handle) : undefined;
    return task?.principal === principal ? task : undefined;
  }

  remember(of: Omit<Task, 'handle'>): void {
    const key = keyOf(of.principal, of.server, of.id);
    if (this.#byKey.has(key)) return;
    if (this.#byKey.size >= limits.gatewayTasksMax) this.#forgetOneFor(of.principal);
    const task = { ...of, handle: this.unknownId() };
    this.#byKey.set(key, task);
    this.#byHandle.set(task.handle, task);
  }

  /** An id that no task has. */
  unknownId(): string {
    return Buffer.from(this.#random.bytes(18)).toString('base64url');
  }

  /** Whoever makes many forgets their own first. */
  #forgetOneFor(principal: string): void {
    let oldest: [string, Task] | undefined;
    for (const entry of this.#byKey) {
      oldest ??= entry;
      if (entry[1].principal !== principal) continue;
      oldest = entry;
      break;
    }
    if (oldest === undefined) return;
    this.#byKey.delete(oldest[0]);
    this.#byHandle.delete(oldest[1].handle);
  }
}

function keyOf(principal: string, server: string, id: string): string {
  return JSON.stringify([principal, server, id]);
}

export function isAboutTask({ method }: Pick<JsonRpcRequest, 'method'>): boolean {
  return aboutTask.has(method);
}

/**
 * The same request about a task that nobody has: what a server answers to it, it answers to all, whether it knows the task that
 * was asked for or not.
 */
export function aboutNone(request: JsonRpcRequest, tasks: Tasks): JsonRpcRequest {
  return { ...request, params: { ...request.params, taskId: tasks.unknownId() } };
}

/**
 * Sees what a server says about one request, or on a stream of its own: notes the tasks it makes of calls, and keeps from a
 * principal what belongs to tasks of others.
 */
export class TaskFilter implements MessageFilter {
  readonly #filter: MessageFilter;
  readonly #tasks: Tasks;
  readonly #of: { readonly principal: string; readonly server: string; readonly request?: JsonRpcRequest | undefined };
  readonly #task: Task | undefined;

  /** @param task what the request is about, where it is about one and the principal has it */
  constructor(
    filter: MessageFilter,
    tasks: Tasks,
    of: { readonly principal: string; readonly server: string; readonly request?: JsonRpcRequest | undefined },
    task?: Task,
  ) {
    this.#filter = filter;
    this.#tasks = tasks;
    this.#of = of;
    this.#task = task;
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    const passed = await this.#filter.message(message);
    if (passed === undefined || 'error' in passed) return passed;
    if (isResponse(passed)) return 'result' in passed ? this.#answer(passed) : passed;
    if (passed.method.startsWith('notifications/tasks') && !this.#isOwn(passed.params?.['taskId'])) return undefined;
    if (passed.method === acknowledged) return mapSubscribed(passed, (ids) => ids.filter((id) => this.#isOwn(id)));
    return passed;
  }

  ended(end: Parameters<MessageFilter['ended']>[0]): void {
    this.#filter.ended(end);
  }

  #answer(message: Extract<JsonRpcMessage, { result: unknown }>): JsonRpcMessage {
    const { principal, server, request } = this.#of;
    if (request === undefined || request.id !== message.id) return message;
    const { result } = message;
    if (request.method === 'tools/call') {
      const id = createdId(result);
      const tool = request.params?.['name'];
      if (id !== undefined && typeof tool === 'string') this.#tasks.remember({ principal, server, id, tool });
    } else if (request.method === 'tasks/list') {
      const { tasks } = result;
      const own = Array.isArray(tasks) ? tasks.filter((task) => isJsonObject(task) && this.#isOwn(task['taskId'])) : [];
      return { ...message, result: { ...result, tasks: own } };
    } else if (isAboutTask(request) && this.#task === undefined)
      // A server that knows every task tells of none.
      return failureOf(request.id, rpcErrors.invalidParams, 'Task not found');
    return message;
  }

  #isOwn(id: unknown): boolean {
    return this.#tasks.find(this.#of.principal, this.#of.server, id) !== undefined;
  }
}

/** The id of the task that a call became: nested (2025-11-25, CreateTaskResult), or flat with `resultType` (SEP-2663). */
function createdId(result: JsonObject): string | undefined {
  const task = isJsonObject(result['task']) ? result['task'] : result['resultType'] === 'task' ? result : {};
  const id = task['taskId'];
  return typeof id === 'string' ? id : undefined;
}

/**
 * A subscription, or its acknowledgement, to other tasks than it names; the same object where it names none. What comes of a task
 * that cannot be subscribed to is not specified: here it is left out, as one that a server did not agree to tell of.
 */
export function mapSubscribed<M extends JsonRpcRequest | JsonRpcNotification>(
  message: M,
  map: (ids: readonly unknown[]) => readonly unknown[],
): M {
  const notifications = message.params?.['notifications'];
  if (!isJsonObject(notifications) || !('taskIds' in notifications)) return message;
  const { taskIds: named, ...others } = notifications;
  const taskIds = Array.isArray(named) ? map(named) : [];
  // A server without tasks need not know the member.
  const wanted = taskIds.length === 0 ? others : { ...others, taskIds };
  return { ...message, params: { ...message.params, notifications: wanted } };
}

/** The message with other ids of tasks, wherever the protocol has them. */
export function renameTasks(message: JsonRpcMessage, rename: (id: unknown) => unknown): JsonRpcMessage {
  if ('error' in message) return message;
  if ('method' in message) {
    if (message.params === undefined) return message;
    if (message.method === acknowledged) return mapSubscribed(message, (ids) => ids.map(rename));
    const isAbout = message.method.startsWith('notifications/tasks');
    const params = renameRelated(isAbout ? renameIn(message.params, rename) : message.params, rename);
    return params === message.params ? message : { ...message, params };
  }
  let { result } = message;
  if (typeof result['taskId'] === 'string' && typeof result['status'] === 'string') result = renameIn(result, rename);
  if (isJsonObject(result['task'])) result = { ...result, task: renameIn(result['task'], rename) };
  if (Array.isArray(result['tasks']))
    result = { ...result, tasks: result['tasks'].map((task) => (isJsonObject(task) ? renameIn(task, rename) : task)) };
  if (isJsonObject(result['result'])) {
    const inner = renameRelated(result['result'], rename);
    if (inner !== result['result']) result = { ...result, result: inner };
  }
  result = renameRelated(result, rename);
  return result === message.result ? message : { ...message, result };
}

function renameIn(task: JsonObject, rename: (id: unknown) => unknown): JsonObject {
  return 'taskId' in task ? { ...task, taskId: rename(task['taskId']) } : task;
}

function renameRelated(of: JsonObject, rename: (id: unknown) => unknown): JsonObject {
  const { _meta } = of;
  const related = isJsonObject(_meta) ? _meta[relatedKey] : undefined;
  if (!isJsonObject(related) || !isJsonObject(_meta)) return of;
  return { ...of, _meta: { ..._meta, [relatedKey]: renameIn(related, rename) } };
}
