import { z } from 'zod';
import { limits } from '../../base/limits.ts';
import type { DurableFiles } from '../../base/ports.ts';
import type { RunLabel } from '../../model/access.ts';
import { confidentialities } from '../../model/event.ts';
import { LineFile, linesOf } from '../line-file.ts';

const line = z.tuple([z.string(), z.enum(confidentialities), z.boolean()]);

/**
 * Labels of runs in a file, one JSON line a change, so that what a run has read outlives the gateway's process. Of very many runs the
 * ones that changed last are kept.
 */
export class RunLabelFile {
  readonly #labels: Map<string, RunLabel>;
  readonly #file: LineFile;

  private constructor(labels: Map<string, RunLabel>, file: LineFile) {
    this.#labels = labels;
    this.#file = file;
  }

  /** @param path absolute; made where there is none */
  static async open(files: Pick<DurableFiles, 'read' | 'replace' | 'openAppend'>, path: string): Promise<RunLabelFile> {
    const labels = new Map<string, RunLabel>();
    for (const entry of linesOf(await files.read(path))) {
      const parsed = parse(entry);
      if (parsed === undefined) continue;
      labels.delete(parsed.run);
      labels.set(parsed.run, parsed.label);
    }
    const kept = new Map([...labels].slice(-limits.runLabelsMax));
    const all = (): string[] => Array.from(kept, ([run, label]) => lineOf(run, label));
    return new RunLabelFile(kept, await LineFile.open({ files, path, all, linesMax: 2 * limits.runLabelsMax }));
  }

  read(run: string): RunLabel | undefined {
    return this.#labels.get(run);
  }

  /** Durable when it resolves; where it rejects, the label in memory is the higher one already. */
  write(run: string, label: RunLabel): Promise<void> {
    this.#labels.delete(run);
    this.#labels.set(run, label);
    if (this.#labels.size > limits.runLabelsMax) {
      const [oldest] = this.#labels.keys();
      if (oldest !== undefined) this.#labels.delete(oldest);
    }
    return this.#file.write(lineOf(run, label));
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

const lineOf = (run: string, { confidentiality, tainted }: RunLabel): string =>
  JSON.stringify([run, confidentiality, tainted]);

function parse(text: string): { readonly run: string; readonly label: RunLabel } | undefined {
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
