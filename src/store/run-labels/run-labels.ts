import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { AppendFile, DurableFiles } from '../../base/ports.ts';
import type { RunLabel } from '../../model/access.ts';
import { confidentialities } from '../../model/event.ts';

const line = z.tuple([z.string(), z.enum(confidentialities), z.boolean()]);

/**
 * Labels of runs in a file, one JSON line a change, so that what a run has read outlives the gateway's process. A line cut off by a
 * crash was never acknowledged and is left out. Of very many runs the ones that changed last are kept.
 */
export class RunLabelFile {
  readonly #labels: Map<string, RunLabel>;
  readonly #file: AppendFile;
  #waiting: string[] = [];
  #writing: Promise<void> | undefined;

  private constructor(labels: Map<string, RunLabel>, file: AppendFile) {
    this.#labels = labels;
    this.#file = file;
  }

  /** @param path absolute; made where there is none */
  static async open(files: Pick<DurableFiles, 'read' | 'replace' | 'openAppend'>, path: string): Promise<RunLabelFile> {
    const labels = new Map<string, RunLabel>();
    const text = Buffer.from((await files.read(path)) ?? []).toString();
    for (const entry of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
      const parsed = parse(entry);
      if (parsed === undefined) continue;
      labels.delete(parsed.run);
      labels.set(parsed.run, parsed.label);
    }
    const kept = new Map([...labels].slice(-limits.runLabelsMax));
    const lines = [...kept].map(([run, label]) => lineOf(run, label));
    await files.replace(path, Buffer.from(lines.join('')), 0o600);
    return new RunLabelFile(kept, await files.openAppend(path));
  }

  read(run: string): RunLabel | undefined {
    return this.#labels.get(run);
  }

  /** Durable when it resolves. Changes that come while the disk is busy are synced together. */
  write(run: string, label: RunLabel): Promise<void> {
    this.#labels.delete(run);
    this.#labels.set(run, label);
    if (this.#labels.size > limits.runLabelsMax) {
      const [oldest] = this.#labels.keys();
      if (oldest !== undefined) this.#labels.delete(oldest);
    }
    this.#waiting.push(lineOf(run, label));
    const after = this.#writing ?? Promise.resolve();
    const mine = after.then(() => this.#flush());
    this.#writing = mine.catch(() => undefined);
    return mine;
  }

  async #flush(): Promise<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    try {
      // After a write that was torn, the line break keeps what it left apart.
      await this.#file.append([Buffer.from(`\n${lines.join('')}`)]);
      await this.#file.sync();
    } catch (thrown) {
      // What could not be written is written with the next change: the label in memory is the higher one already.
      this.#waiting = [...lines, ...this.#waiting];
      throw thrown;
    }
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }
}

const lineOf = (run: string, { confidentiality, tainted }: RunLabel): string =>
  `${JSON.stringify([run, confidentiality, tainted])}\n`;

function parse(text: string): { readonly run: string; readonly label: RunLabel } | undefined {
  if (text === '') return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = line.safeParse(value);
  if (!parsed.success) return undefined;
  const [run, confidentiality, tainted] = parsed.data;
  return { run, label: { confidentiality, tainted } };
}
