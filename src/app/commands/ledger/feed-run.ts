import { open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { DemarcError, messageOf } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { decodeText } from '../../../collect/source.ts';
import { type Feed, type FeedPorts, type FeedReport, runFeeds } from '../../../feed/deliver.ts';
import { fileOutput } from '../../../feed/file-output.ts';
import { ledgerSource } from '../../../feed/ledger-source.ts';
import { makeFeed } from '../../../feed/make-feed.ts';
import { preview } from '../../../feed/preview.ts';
import { sealedPayloads } from '../../../feed/record.ts';
import { type FeedSettings, fileOf, parseFeedSettings } from '../../../feed/settings.ts';
import type { Context } from '../../context.ts';
import { cryptoRandom, type LedgerPlace, ledgerPlace, openKeys, trustedKey } from '../../ledger/place.ts';
import { nodeHttp } from '../../node-http.ts';
import { nodeTimer } from '../../node-timer.ts';
import { plainYaml } from '../../plain-yaml.ts';
import { untilStopped } from '../../until-stopped.ts';
import { version } from '../../version.ts';
import type { FeedFlags } from './feed.ts';

const pollMs = 1_000;

/**
 * Runs `demarc ledger feed`.
 *
 * @returns 0 when all is delivered, 1 when events went to a dead-letter file, 3 when a sink could not be reached
 * @throws DemarcError `DMC_FEED` for settings, `DMC_LEDGER_NOT_FOUND`
 */
export async function runLedgerFeed(context: Context, flags: FeedFlags, directory: string): Promise<number> {
  const { environment, clock } = context;
  const place = ledgerPlace(context, directory, flags.keys);
  const config = resolve(environment.workingDirectory, flags.config);
  const settings = readSettings(context, config, flags.config);
  const feeds = await makeFeeds(place, settings, { config, state: flags.state });
  const { key } = await trustedKey(place, flags.vkey);
  const ports: FeedPorts = {
    source: ledgerSource(place.logFiles, key),
    // Keys are not kept between two payloads: another process may have erased somebody since.
    payloads: { open: async (envelope) => sealedPayloads(await openKeys(place), place.logFiles).open(envelope) },
    files: place.files,
    http: nodeHttp(environment.variables),
    clock,
    random: cryptoRandom,
    timer: nodeTimer,
    notice: (feed, text) => context.process.stderr.write(`${feed}: ${text}\n`),
  };
  if (flags.dryRun) return dryRun(context, feeds, ports);
  const reports = await untilStopped((stop) => runFeeds(feeds, ports, { once: flags.once, pollMs, stop }));
  // Where a feed writes to standard output, the report must not stand between its lines.
  const out = settings.some((one) => fileOf(one) === '-') ? context.process.stderr : context.process.stdout;
  out.write(flags.format === 'json' ? `${JSON.stringify(reports, null, 2)}\n` : reports.map(describe).join(''));
  return exitCode(reports);
}

function makeFeeds(
  { context, files, directory }: LedgerPlace,
  settings: readonly FeedSettings[],
  { config, state }: { readonly config: string; readonly state: string | undefined },
): Promise<readonly Feed[]> {
  const { environment, clock } = context;
  const stateFolder = state === undefined ? `${directory}.feeds` : resolve(environment.workingDirectory, state);
  const beside = (path: string): string => resolve(dirname(config), path);
  return Promise.all(
    settings.map((one) =>
      makeFeed(one, {
        productVersion: version,
        variables: environment.variables,
        readFile: (path) => files.read(beside(path)).catch(() => undefined),
        output: (file) => (file === '-' ? standardOutput : fileOutput(files, beside(file), isCut)),
        folder: (feed) => `${stateFolder}/${feed}`,
        now: () => clock.now(),
      }),
    ),
  );
}

function readSettings(context: Context, path: string, name: string): readonly FeedSettings[] {
  let text: string;
  try {
    if (context.files.size(path) > limits.feedSettingsBytesMax)
      throw new DemarcError('DMC_FEED', `\`${name}\` is larger than ${limits.feedSettingsBytesMax} bytes`);
    text = decodeText(context.files.read(path));
  } catch (thrown) {
    if (thrown instanceof DemarcError) throw thrown;
    throw new DemarcError('DMC_FEED', `\`${name}\` cannot be read: ${messageOf(thrown)}`, {
      hint: 'docs/guide/feeds.md shows one; `--config` names another',
    });
  }
  return parseFeedSettings(plainYaml(text, name, 'DMC_FEED'), name);
}

async function dryRun(context: Context, feeds: readonly Feed[], ports: FeedPorts): Promise<number> {
  for (const feed of feeds) context.process.stdout.write(`# ${feed.name}\n${await preview(feed, ports)}`);
  return 0;
}

const standardOutput = {
  write: (text: string): Promise<void> =>
    new Promise((written, failed) => {
      process.stdout.write(text, (error) => (error instanceof Error ? failed(error) : written()));
    }),
};

/** Whether a file ends without a line break. */
async function isCut(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1);
    return size > 0 && (await file.read(last, 0, 1, size - 1)).bytesRead === 1 && last[0] !== 0x0a;
  } finally {
    await file.close();
  }
}

function describe({ feed, delivered, rejected, pending, state, reason }: FeedReport): string {
  const counts = `${delivered} delivered, ${rejected} rejected, ${pending} pending`;
  return `${feed.padEnd(20)} ${state.padEnd(11)} ${counts}${reason === undefined ? '' : `: ${reason}`}\n`;
}

function exitCode(reports: readonly FeedReport[]): number {
  if (reports.some(({ state }) => state === 'unreachable' || state === 'failed')) return 3;
  return reports.some(({ rejected }) => rejected > 0) ? 1 : 0;
}
