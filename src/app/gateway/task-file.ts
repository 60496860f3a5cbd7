import { z } from 'zod';
import { messageOf } from '../../base/errors.ts';
import { limits } from '../../base/limits.ts';
import type { DurableFiles } from '../../base/ports.ts';
import type { Task, TaskMemory } from '../../gateway/tasks.ts';
import { isSameServer } from '../../integrity/identity.ts';
import { LineFile, linesOf } from '../../store/line-file.ts';
import { identityOf, type KeptServersParts } from './kept-servers.ts';

export interface TaskFileParts extends KeptServersParts {
  readonly files: Pick<DurableFiles, 'read' | 'replace' | 'openAppend'>;
  readonly pseudonym: TaskMemory['pseudonym'];
}

const identity = z.object({ url: z.string().optional(), command: z.string().optional() });
const head = z.object({ tasks: z.literal(1), servers: z.record(z.string(), identity) });
const text = z.string();
const entry = z.tuple([text, text, text, text, text, z.number(), z.number().nullable()], text);

/** Lines about tasks that are no more, or are said again, before the file is written anew. */
const staleLinesMax = 5_000;

/**
 * Which tasks are whose, in a file of the state folder: the first line says what servers there are, every other one is a task. A
 * server with another command, package or address in the configuration is another server, and has none of them.
 */
export class TaskFile implements TaskMemory {
  readonly pseudonym: TaskMemory['pseudonym'];
  readonly #tell: TaskFileParts['tell'];
  readonly #tasks: { all: () => Iterable<Task> };
  readonly #file: LineFile;

  private constructor({ pseudonym, tell }: TaskFileParts, tasks: { all: () => Iterable<Task> }, file: LineFile) {
    this.pseudonym = pseudonym;
    this.#tell = tell;
    this.#tasks = tasks;
    this.#file = file;
  }

  /** A file that is damaged is told of, and begins anew: whoever is denied a task by that is denied nothing else. */
  static async open(parts: TaskFileParts): Promise<TaskFile> {
    const { files, path, servers } = parts;
    const before = read(await files.read(path), parts);
    const tasks = { all: (): Iterable<Task> => before };
    const identities = Object.entries(servers).map(([name, settings]) => [name, identityOf(settings)]);
    const first = JSON.stringify({ tasks: 1, servers: Object.fromEntries(identities) as object });
    const all = (): string[] => [first, ...Array.from(tasks.all(), lineOf)];
    const file = await LineFile.open({ files, path, all, linesMax: limits.gatewayTasksMax + staleLinesMax });
    return new TaskFile(parts, tasks, file);
  }

  recall(all: () => Iterable<Task>): readonly Task[] {
    const before = [...this.#tasks.all()];
    this.#tasks.all = all;
    return before;
  }

  async keep(task: Task): Promise<void> {
    try {
      await this.#file.write(lineOf(task));
    } catch (thrown) {
      this.#tell(`a task ends with this process unless the next can be kept: ${messageOf(thrown)}`);
    }
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

function lineOf({ owner, server, id, handle, tool, run, madeMs, ttlMs }: Task): string {
  return JSON.stringify([owner, server, id, handle, tool, madeMs, ttlMs ?? null, ...(run === undefined ? [] : [run])]);
}

/** Tasks of the servers that are still the same. */
function read(data: Uint8Array | undefined, { path, servers, tell }: TaskFileParts): readonly Task[] {
  const [first, ...lines] = linesOf(data);
  const before = first === undefined ? undefined : head.safeParse(parse(first));
  const entries = lines.map((line) => entry.safeParse(parse(line)));
  const damaged = before?.success === false ? lines.length : entries.filter(({ success }) => !success).length;
  if (damaged > 0 || before?.success === false)
    tell(`${path} is damaged: ${damaged} tasks that servers made are forgotten`);
  if (before?.success !== true) return [];
  return entries.flatMap((read) => {
    if (!read.success) return [];
    const [owner, server, id, handle, tool, madeMs, ttlMs, run] = read.data;
    const [settings, known] = [servers[server], before.data.servers[server]];
    if (settings === undefined || known === undefined || !isSameServer(known, identityOf(settings))) return [];
    return [{ owner, server, id, handle, tool, run, madeMs, ttlMs: ttlMs ?? undefined }];
  });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
