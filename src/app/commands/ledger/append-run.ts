import { DemarcError, messageOf } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import type { Context } from '../../context.ts';
import { type OpenLedger, openForWriting } from '../../ledger/open-for-writing.ts';
import { ledgerPlace } from '../../ledger/place.ts';
import { type Line, linesOf } from '../../lines.ts';
import type { AppendFlags } from './append.ts';

/**
 * Runs `demarc ledger append`: JSON events from standard input, one a line; one `{index, leaf}` line for each that is
 * recorded, in their order. Ends with the input, or on SIGINT or SIGTERM after what was read is durable.
 *
 * @returns 0 when every line was recorded, 1 when some were refused
 */
export async function runLedgerAppend(context: Context, flags: AppendFlags, directory: string): Promise<number> {
  const place = ledgerPlace(context, directory, flags.keys);
  const ledger = await openForWriting(place, { keyFile: flags.key, source: flags.source });
  const { recovery } = ledger.writer;
  if (recovery.entries > 0)
    context.process.stderr.write(`recovered ${recovery.entries} durable events of an earlier writer\n`);
  const beating = startHeartbeat(ledger, flags.heartbeat, (why) => context.process.stderr.write(`${why}\n`));
  const appending = new Appending(context, flags, ledger);
  try {
    for await (const line of linesOf(untilSignal(context.process.stdin), limits.eventLineBytesMax)) {
      await appending.take(line);
      if (ledger.writer.failure !== undefined) throw ledger.writer.failure;
    }
    await appending.end();
  } finally {
    clearInterval(beating);
    await ledger.close();
  }
  return appending.refused > 0 ? 1 : 0;
}

/** Lines on their way to the ledger: many at a time, answered in order. */
class Appending {
  readonly #context: Context;
  readonly #flags: AppendFlags;
  readonly #ledger: OpenLedger;
  /** Answers of lines that were read, oldest first. */
  readonly #pending: Promise<string>[] = [];
  #answers: string[] = [];
  #draining: Promise<void> | undefined;
  refused = 0;

  constructor(context: Context, flags: AppendFlags, ledger: OpenLedger) {
    this.#context = context;
    this.#flags = flags;
    this.#ledger = ledger;
  }

  async take(line: Line): Promise<void> {
    if ('bytes' in line && line.bytes.every((byte) => byte === 32 || byte === 9 || byte === 13)) return;
    const answer = this.#record(line);
    // Handled when its turn comes; until then it must not count as unhandled.
    answer.catch(() => undefined);
    this.#pending.push(answer);
    this.#draining ??= this.#drain();
    if (this.#pending.length >= limits.eventsInFlightMax) await this.#draining;
  }

  async end(): Promise<void> {
    await this.#draining;
  }

  async #drain(): Promise<void> {
    try {
      for (let next = this.#pending.shift(); next !== undefined; next = this.#pending.shift()) {
        const answer = await next;
        if (answer !== '') this.#answers.push(answer);
        if (this.#pending.length === 0 || this.#answers.length >= 256) this.#flush();
      }
    } finally {
      this.#flush();
      this.#draining = undefined;
    }
  }

  #flush(): void {
    if (this.#answers.length > 0) this.#context.process.stdout.write(this.#answers.join(''));
    this.#answers = [];
  }

  /** @returns the line to print; empty when the event was refused, which was told */
  async #record(line: Line): Promise<string> {
    const event = this.#parse(line);
    if (event === undefined) return '';
    try {
      const { index, leaf } = await this.#ledger.recorder.record(event, this.#flags.mode);
      return `{"index":${index},"leaf":"${Buffer.from(leaf).toString('base64')}"}\n`;
    } catch (thrown) {
      // What is wrong with one event ends with it; what is wrong with the ledger ends the command.
      if (!(thrown instanceof DemarcError) || thrown.code !== 'DMC_EVENT_INVALID') throw thrown;
      this.#refuse(line, thrown.message);
      return '';
    }
  }

  #parse(line: Line): ReturnType<typeof parseEventInput>['input'] | undefined {
    if ('tooLong' in line) return this.#refuse(line, `${line.tooLong} bytes, more than ${limits.eventLineBytesMax}`);
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(line.bytes));
    } catch (thrown) {
      // The parser's message may quote the line.
      return this.#refuse(line, thrown instanceof SyntaxError ? 'not JSON' : `not JSON: ${messageOf(thrown)}`);
    }
    const { input, problems } = parseEventInput(value, this.#context.clock.now());
    if (problems.length === 0) return input;
    if (this.#flags.strict) return this.#refuse(line, problems.join('; '));
    this.#context.process.stderr.write(`line ${line.number}: recorded, but ${problems.join('; ')}\n`);
    return input;
  }

  #refuse(line: Line, why: string): undefined {
    this.refused++;
    this.#context.process.stderr.write(`line ${line.number}: not recorded: ${why}\n`);
  }
}

/** Silence in a log without heartbeats says nothing; with them it is a gap. */
function startHeartbeat(
  { recorder }: OpenLedger,
  seconds: number,
  tell: (why: string) => void,
): ReturnType<typeof setInterval> | undefined {
  if (seconds === 0) return undefined;
  const beat = (): void => void recorder.beat().catch((thrown: unknown) => tell(`no heartbeat: ${messageOf(thrown)}`));
  return setInterval(beat, seconds * 1000).unref();
}

/** The input until a person or a supervisor ends the command. */
async function* untilSignal(input: AsyncIterable<Uint8Array> | undefined): AsyncGenerator<Uint8Array> {
  if (input === undefined) return;
  const reading = input[Symbol.asyncIterator]();
  let stop: () => void = () => undefined;
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
  });
  process.once('SIGINT', stop).once('SIGTERM', stop);
  try {
    for (;;) {
      const next = await Promise.race([reading.next(), stopped]);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
    // A terminal that waits for input would keep the process alive.
    void reading.return?.().catch(() => undefined);
  }
}
