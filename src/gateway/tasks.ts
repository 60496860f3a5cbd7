import { isJsonObject, type JsonObject } from '../base/json-object.ts';
import { limits } from '../base/limits.ts';
import type { Clock, Random } from '../base/ports.ts';
import {
  failureOf,
  type JsonRpcMessage,
  type JsonRpcNotification,
  type JsonRpcRequest,
  rpcErrors,
} from '../model/mcp.ts';
import type { MessageFilter } from './interceptor.ts';
import { isResponse } from './mcp/message.ts';
import { RunningTasks } from './running-tasks.ts';

/** Tasks of the stateless era (SEP-2663). */
export const tasksExtension = 'io.modelcontextprotocol/tasks';
/** Requests about one task (2025-11-25, tasks; 2026-07-28, extension `io.modelcontextprotocol/tasks`, SEP-2663). */
const aboutTask: ReadonlySet<string> = new Set(['tasks/get', 'tasks/result', 'tasks/cancel', 'tasks/update']);
/** What names the tasks that a server agreed to tell of (SEP-2663, task status notifications). */
const acknowledged = 'notifications/subscriptions/acknowledged';
/** Where messages name the task they belong to (2025-11-25, tasks, related task metadata). */
const relatedKey = 'io.modelcontextprotocol/related-task';

/** A task that a server made of a call. */
export interface Task {
  /** Whose call it was, by a name that says nothing about them. For anybody else there is no such task. */
  readonly owner: string;
  readonly server: string;
  /** The server's own name for it. */
  readonly id: string;
  /** The gateway's name for it where several servers are one: it says nothing, and two are never the same. */
  readonly handle: string;
  /** The tool that was called. */
  readonly tool: string;
  /** The run in which it was called; undefined where that is not known any more. */
  readonly run?: string | undefined;
  /** When the gateway heard of it first, in milliseconds since the epoch. */
  readonly madeMs: number;
  /** Milliseconds for which its server says that it keeps it; undefined where it says none. */
  readonly ttlMs?: number | undefined;
}

/** What of tasks outlives the process. */
export interface TaskMemory {
  /** What was kept, oldest first; of one task, the later entry holds. @param all every task that is known from now on */
  recall(all: () => Iterable<Task>): readonly Task[];
  /** A name for a principal that says nothing about it: equal for two exactly when they are. @param key `principalKey` */
  pseudonym(key: string): string;
  /** Resolves when it is kept. A task that cannot be kept is no failure of its call: then it ends with the process. */
  keep(task: Task): Promise<void>;
}

const forgetful: TaskMemory = { recall: () => [], pseudonym: (key) => key, keep: async () => undefined };

export interface TasksParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly random: Random;
  /** Without one, tasks end with the process: then there are none, for anybody. */
  readonly taskMemory?: TaskMemory | undefined;
}

/** The tasks of a gateway. Principals are named by their `principalKey`. */
export class Tasks {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #random: Random;
  readonly #memory: TaskMemory;
  /** Oldest first. */
  readonly #byKey = new Map<string, Task>();
  readonly #byHandle = new Map<string, Task>();
  /** Those that this process knows to go on. */
  readonly running = new RunningTasks();
  /** Of many ids in one message all are asked for by one principal. */
  #last: { readonly principal: string; readonly owner: string } | undefined;

  constructor({ clock, random, taskMemory = forgetful }: TasksParts) {
    this.#clock = clock;
    this.#random = random;
    this.#memory = taskMemory;
    const all = (): Iterable<Task> => [...this.#byKey.values()].filter((task) => !this.#isOver(task));
    for (const task of taskMemory.recall(all)) if (!this.#isOver(task)) this.#add(task);
  }

  find(principal: string, server: string, id: unknown): Task | undefined {
    if (typeof id !== 'string') return undefined;
    return this.#unlessOver(this.#byKey.get(keyOf({ owner: this.#ownerOf(principal), server, id })));
  }

  byHandle(principal: string, handle: unknown): Task | undefined {
    const task = typeof handle === 'string' ? this.#byHandle.get(handle) : undefined;
    return task?.owner === this.#ownerOf(principal) ? this.#unlessOver(task) : undefined;
  }

  /**
   * Resolves when it outlives the process. A server that names a task as one before means the new one: a name that a client has of
   * the other leads to it only where the tool is the same.
   *
   * @returns the task; undefined where it has too long a name, and is nobody's
   */
  async remember({
    principal,
    ...of
  }: Omit<Task, 'owner' | 'handle' | 'madeMs'> & { principal: string }): Promise<Task | undefined> {
    if (Math.max(of.id.length, of.tool.length) > limits.gatewayTaskNameLengthMax) return undefined;
    const owner = this.#ownerOf(principal);
    const before = this.#byKey.get(keyOf({ ...of, owner }));
    const handle = before?.tool === of.tool ? before.handle : this.unknownId();
    const task = { ...of, owner, handle, madeMs: this.#clock.now() };
    if (before !== undefined) this.running.over(before.handle);
    await this.#keep(task);
    return task;
  }

  /** A server may say later that it keeps a task for longer, or not as long. */
  async prolong(task: Task, ttlMs: number | undefined): Promise<void> {
    if (ttlMs !== task.ttlMs && this.#byHandle.get(task.handle) === task) await this.#keep({ ...task, ttlMs });
  }

  /** An id that no task has. */
  unknownId(): string {
    return Buffer.from(this.#random.bytes(18)).toString('base64url');
  }

  #ownerOf(principal: string): string {
    if (this.#last?.principal !== principal) this.#last = { principal, owner: this.#memory.pseudonym(principal) };
    return this.#last.owner;
  }

  #keep(task: Task): Promise<void> {
    this.#add(task);
    return this.#memory.keep(task);
  }

  #add(task: Task): void {
    const before = this.#byKey.get(keyOf(task));
    if (before !== undefined) this.#drop(before);
    else if (this.#byKey.size >= limits.gatewayTasksMax) this.#forgetOneFor(task.owner);
    this.#byKey.set(keyOf(task), task);
    this.#byHandle.set(task.handle, task);
  }

  /** Whoever makes many forgets their own first. */
  #forgetOneFor(owner: string): void {
    let oldest: Task | undefined;
    for (const task of this.#byKey.values()) {
      oldest ??= task;
      if (task.owner !== owner && !this.#isOver(task)) continue;
      oldest = task;
      break;
    }
    if (oldest !== undefined) this.#forget(oldest);
  }

  #forget(task: Task): void {
    this.#drop(task);
    this.running.over(task.handle);
  }

  #drop(task: Task): void {
    this.#byKey.delete(keyOf(task));
    this.#byHandle.delete(task.handle);
  }

  #unlessOver(task: Task | undefined): Task | undefined {
    if (task === undefined || !this.#isOver(task)) return task;
    this.#forget(task);
    return undefined;
  }

  /**
   * Servers may discard a task when its time has passed since it was made. Some count it anew when the task ends, which is before
   * that (the TypeScript SDK of 2025-11-25): after twice the time, none has it.
   */
  #isOver({ madeMs, ttlMs }: Task): boolean {
    return ttlMs !== undefined && this.#clock.now() > madeMs + 2 * ttlMs;
  }
}

function keyOf({ owner, server, id }: Pick<Task, 'owner' | 'server' | 'id'>): string {
  return JSON.stringify([owner, server, id]);
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

interface FilteredFor {
  readonly principal: string;
  readonly server: string;
  readonly request?: JsonRpcRequest | undefined;
  /** The run that asks, and what is told of a task that its call became. */
  readonly made?: { readonly run: string; readonly begins: (task: Task) => void } | undefined;
}

/**
 * Sees what a server says about one request, or on a stream of its own: notes the tasks it makes of calls, and keeps from a
 * principal what belongs to tasks of others.
 */
export class TaskFilter implements MessageFilter {
  readonly #filter: MessageFilter;
  readonly #tasks: Tasks;
  readonly #of: FilteredFor;
  readonly #task: Task | undefined;

  /** @param task what the request is about, where it is about one and the principal has it */
  constructor(filter: MessageFilter, tasks: Tasks, of: FilteredFor, task?: Task) {
    this.#filter = filter;
    this.#tasks = tasks;
    this.#of = of;
    this.#task = task;
  }

  async message(message: JsonRpcMessage): Promise<JsonRpcMessage | undefined> {
    const passed = await this.#filter.message(message);
    if (passed === undefined || 'error' in passed) return passed;
    if (isResponse(passed)) return 'result' in passed ? await this.#answer(passed) : passed;
    if (passed.method.startsWith('notifications/tasks')) {
      if (!this.#isOwn(passed.params?.['taskId'])) return undefined;
      this.#note(passed.params);
    }
    if (passed.method === acknowledged) return mapSubscribed(passed, (ids) => ids.filter((id) => this.#isOwn(id)));
    return passed;
  }

  ended(end: Parameters<MessageFilter['ended']>[0]): void {
    this.#filter.ended(end);
  }

  async #answer(message: Extract<JsonRpcMessage, { result: unknown }>): Promise<JsonRpcMessage> {
    const { principal, server, request, made: hold } = this.#of;
    if (request === undefined || request.id !== message.id) return message;
    const { result } = message;
    if (request.method === 'tools/call') {
      const made = createdTask(result);
      const tool = request.params?.['name'];
      // Kept before the client can ask for it.
      if (made !== undefined && typeof tool === 'string') {
        const of = { principal, server, tool, run: hold?.run, id: made.id, ttlMs: ttlOf(made.task) };
        const task = await this.#tasks.remember(of);
        if (task !== undefined && !hasEnded(made.task)) hold?.begins(task);
      }
    } else if (request.method === 'tasks/list') {
      const { tasks } = result;
      const own = Array.isArray(tasks) ? tasks.filter((task) => isJsonObject(task) && this.#isOwn(task['taskId'])) : [];
      own.forEach((task) => this.#note(task));
      return { ...message, result: { ...result, tasks: own } };
    } else if (isAboutTask(request)) {
      // A server that knows every task tells of none.
      if (this.#task === undefined) return failureOf(request.id, rpcErrors.invalidParams, 'Task not found');
      if (request.method === 'tasks/result') this.#tasks.running.over(this.#task.handle);
      this.#note(result);
      if (result['taskId'] === this.#task.id && ('ttlMs' in result || 'ttl' in result))
        await this.#tasks.prolong(this.#task, ttlOf(result));
    }
    return message;
  }

  #isOwn(id: unknown): boolean {
    return this.#find(id) !== undefined;
  }

  #find(id: unknown): Task | undefined {
    return this.#tasks.find(this.#of.principal, this.#of.server, id);
  }

  /** What is said of a task may be that it has ended. */
  #note(told: JsonObject | undefined): void {
    const task = told !== undefined && hasEnded(told) ? this.#find(told['taskId']) : undefined;
    if (task !== undefined) this.#tasks.running.over(task.handle);
  }
}

/** The task that a call became: nested (2025-11-25, CreateTaskResult), or flat with `resultType` (SEP-2663). */
function createdTask(result: JsonObject): { readonly id: string; readonly task: JsonObject } | undefined {
  const task = isJsonObject(result['task']) ? result['task'] : result['resultType'] === 'task' ? result : {};
  const id = task['taskId'];
  return typeof id === 'string' ? { id, task } : undefined;
}

/** Nothing of it goes on (2025-11-25 and SEP-2663, terminal statuses). */
function hasEnded({ status }: JsonObject): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}

/** Whether a message holds what a task brought or asks, and not only how far it is (SEP-2663). */
export function holdsBrought(told: JsonObject): boolean {
  return ['result', 'error', 'inputRequests'].some((name) => name in told);
}

/** How long a server keeps a task: `ttl` (2025-11-25) or `ttlMs` (SEP-2663); `null` says for ever, and so do servers by a zero. */
function ttlOf(task: JsonObject): number | undefined {
  const stated = task['ttlMs'] ?? task['ttl'];
  return typeof stated === 'number' && stated > 0 ? stated : undefined;
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
