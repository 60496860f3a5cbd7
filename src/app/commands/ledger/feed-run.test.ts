/** The command on a ledger that the real writer wrote, on the real disk, to real sockets. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DemarcError } from '../../../base/errors.ts';
import { limits } from '../../../base/limits.ts';
import { elasticServer, type SinkServer, splunkServer } from '../../../feed/fixtures/sink-server.ts';
import { leafHash } from '../../../ledger/hash.ts';
import { formatSignerKey } from '../../../ledger/note.ts';
import { readEntries } from '../../../ledger/log-files.ts';
import { beatFile } from '../../../store/keys/beat-file.ts';
import { createKeyFolder, keyPaths } from '../../../store/keys/key-folder.ts';
import { KeyStore } from '../../../store/keys/key-store.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import { openWriter, testOrigin } from '../../../store/log/fixtures/test-log.ts';
import { Recorder } from '../../../store/recorder.ts';
import type { Context } from '../../context.ts';
import { nodeDurableFiles } from '../../node-durable-files.ts';
import { nodeKeyFiles } from '../../node-key-files.ts';
import { nodeClock, nodeFiles, nodeWriter } from '../../node-ports.ts';
import type { FeedFlags } from './feed.ts';
import { runLedgerFeed } from './feed-run.ts';

const root = mkdtempSync(join(tmpdir(), 'demarc-feed-'));
const log = join(root, 'ledger');
const token = 'hec-token-for-the-test';
const files = nodeDurableFiles();
const random = { bytes: (count: number) => randomBytes(count) };
const paths = keyPaths(`${log}.keys`);
const keyFiles = nodeKeyFiles(files, 'linux');

const apiKey = `sk-ant-${'api03'}-${'aZ3kQ9xL7mB2vN8cR5tY1wE6uI4oP0sD'.repeat(3)}AA`;
const person = 'erika.mustermann@example.org';
/** In clear nowhere, whatever a feed's settings say: credentials. */
const secrets = [apiKey, 'Wint3r-Sale-77'];
/** In clear only where a feed's settings say so, and never after erasure. */
const personal = ['Erika Mustermann', 'diagnosis: flu', person, '+49 170 5550199'];

/** Runs work with a recorder on the ledger; what it recorded is published. */
async function record(work: (recorder: Recorder) => Promise<unknown>): Promise<void> {
  const writer = await openWriter(files, log);
  const keys = await KeyStore.open({ files: keyFiles, random, clock: nodeClock, paths });
  const beats = beatFile(keyFiles, paths);
  const recorder = await Recorder.open({
    writer,
    keys,
    beats,
    clock: nodeClock,
    random,
    source: 'gateway',
    lossWindowMs: 1000,
  });
  await work(recorder);
  await writer.close();
}
const accept = (value: object) => parseEventInput(value, Date.now()).input;

interface Run {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}
async function feed(settings: string, flags: Partial<FeedFlags> = {}): Promise<Run> {
  writeFileSync(join(root, 'demarc.feeds.yaml'), settings);
  let [out, err] = ['', ''];
  const context = {
    process: {
      stdout: { write: (text: string) => void (out += text) },
      stderr: { write: (text: string) => void (err += text) },
    },
    files: nodeFiles,
    writer: nodeWriter,
    clock: nodeClock,
    environment: { variables: { TOKEN: token }, homeDirectory: root, workingDirectory: root, platform: 'linux' },
  } as unknown as Context;
  const all: FeedFlags = { config: 'demarc.feeds.yaml', once: true, dryRun: false, format: 'json', ...flags };
  return { code: await runLedgerFeed(context, all, 'ledger'), out, err };
}
const failing = (settings: string, flags: Partial<FeedFlags> = {}): Promise<unknown> =>
  feed(settings, flags).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );

/** Every byte below a folder. */
function bytesBelow(folder: string): string {
  return readdirSync(folder, { withFileTypes: true })
    .map((entry) =>
      entry.isDirectory() ? bytesBelow(join(folder, entry.name)) : readFileSync(join(folder, entry.name), 'latin1'),
    )
    .join('');
}

let splunk: SinkServer;
beforeAll(async () => {
  splunk = splunkServer(token);
  await splunk.listen();
  await createKeyFolder(keyFiles, random, paths, {
    name: testOrigin,
    signerKey: formatSignerKey(testOrigin, Buffer.alloc(32, 7)),
  });
  await record(async (recorder) => {
    await recorder.record(accept({ kind: 'run.start', run: 'run-1', agent: 'support-agent', subject: person }));
    await recorder.record(
      accept({
        kind: 'tool.call',
        run: 'run-1',
        call: 'c1',
        agent: 'support-agent',
        tool: 'send_mail',
        server: 'mail',
        effect: 'send',
        subject: person,
        destination: 'https://smtp.example/x?to=erika.mustermann@example.org',
        reference: '+49 170 5550199',
        payload: { to: 'Erika Mustermann', text: `diagnosis: flu; use ${apiKey}`, password: 'Wint3r-Sale-77' },
      }),
    ); // prettier-ignore
    for (let at = 0; at < 300; at++)
      await recorder.record(
        accept({ kind: 'tool.result', run: 'run-1', call: `c${at}`, tool: 'send_mail', server: 'mail', outcome: 'ok' }),
        'async',
      );
    await recorder.beat();
  });
});
afterAll(async () => {
  await splunk.close();
  rmSync(root, { recursive: true, force: true });
});
const total = 303;
const splunkFeed = (): string =>
  `  - { name: splunk, sink: splunk-hec, url: "${splunk.url}", token: { env: TOKEN } }\n`;

describe('demarc ledger feed', () => {
  it('prints with --dry-run what would be sent, sends nothing and keeps nothing', async () => {
    const { code, out } = await feed(`feeds:\n${splunkFeed()}`, { dryRun: true });
    expect(code).toBe(0);
    expect(out).toContain(`# splunk\nPOST ${splunk.url}/services/collector/event\n{"time":`);
    expect(out).not.toContain(token);
    expect(splunk.received).toEqual([]);
    expect(() => statSync(`${log}.feeds`)).toThrow('ENOENT');
  });

  it('delivers to every sink, and goes on where it stood', async () => {
    const settings = `feeds:\n${splunkFeed()}  - { name: lines, sink: json-lines, file: out/lines.jsonl }\n  - { name: cef, sink: cef, file: out/events.cef }\n  - { name: ocsf, sink: ocsf, file: out/events.ocsf }\n`;
    const { code, out, err } = await feed(settings);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual(
      ['splunk', 'lines', 'cef', 'ocsf'].map((name) => ({
        feed: name,
        delivered: total,
        rejected: 0,
        pending: 0,
        state: 'caught-up',
      })),
    );
    expect(splunk.taken).toHaveLength(total);
    const lines = readFileSync(join(root, 'out/lines.jsonl'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(total);
    let index = 0;
    for await (const { entry } of readEntries({ read: (path) => files.read(`${log}/${path}`) }, total))
      expect((JSON.parse(lines[index++]!) as { log: object }).log).toEqual({
        origin: testOrigin,
        index: index - 1,
        leaf: Buffer.from(leafHash(entry)).toString('base64'),
      });
    expect(readFileSync(join(root, 'out/events.cef'), 'utf8').match(/^CEF:0\|/gm)).toHaveLength(total);
    const again = await feed(settings, { format: 'terminal' });
    expect(again.out).toBe(
      ['splunk', 'lines', 'cef', 'ocsf']
        .map((name) => `${name.padEnd(20)} caught-up   0 delivered, 0 rejected, 0 pending\n`)
        .join(''),
    );
    expect(splunk.taken).toHaveLength(total);
  });

  it('lets nothing planted out: not in a request, a file, a spool, a cursor', () => {
    const sent =
      splunk.received.map(({ url, body }) => url + body).join('') +
      bytesBelow(join(root, 'out')) +
      bytesBelow(`${log}.feeds`);
    expect(sent.length).toBeGreaterThan(100_000);
    expect([...secrets, ...personal, token].filter((planted) => sent.includes(planted))).toEqual([]);
  });

  it('lets a payload out where told to, without its credentials, and not after an erasure', async () => {
    const settings = (name: string): string =>
      `feeds:\n  - { name: ${name}, sink: json-lines, file: out/${name}.jsonl, payload: include }\n`;
    await feed(settings('before'));
    const before = readFileSync(join(root, 'out/before.jsonl'), 'utf8');
    expect(before).toContain('Erika Mustermann');
    expect(secrets.filter((planted) => before.includes(planted))).toEqual([]);
    await record((recorder) => recorder.erase({ subject: person, reason: 'asked for', by: 'dpo' }));
    expect(await feed(settings('after'))).toMatchObject({ code: 0 });
    const after = readFileSync(join(root, 'out/after.jsonl'), 'utf8');
    expect(after).toContain('"payload":{"state":"erased"');
    expect([...secrets, ...personal].filter((planted) => after.includes(planted))).toEqual([]);
  });

  it('ends with 3 when a sink cannot be reached', async () => {
    splunk.faults = Array.from({ length: 50 }, () => ({ status: 429, headers: { 'retry-after': '3600' } }));
    const { code, out, err } = await feed(`feeds:\n${splunkFeed()}`);
    expect(code).toBe(3);
    expect(JSON.parse(out)).toMatchObject([{ delivered: 0, pending: 1, state: 'unreachable', reason: 'status 429' }]);
    expect(err).toBe('splunk: waits: status 429\n');
    splunk.faults = [];
  });

  it('ends with 1 when events went to the dead-letter file', async () => {
    const elastic = elasticServer(`ApiKey ${token}`);
    await elastic.listen();
    elastic.poison = new Set([2]);
    const { code, out } = await feed(
      `feeds:\n  - { name: elastic, sink: elastic-bulk, url: "${elastic.url}", api-key: { env: TOKEN } }\n`,
    );
    await elastic.close();
    expect([code, JSON.parse(out)]).toMatchObject([1, [{ delivered: total, rejected: 1, state: 'caught-up' }]]);
    expect(readFileSync(`${log}.feeds/elastic/dead-letters.jsonl`, 'utf8')).toMatch(
      /^\{"index":2,"leaf":"[A-Za-z0-9+/]{43}=","reason":"document_parsing_exception \(status 400\)"/,
    );
  });

  it('writes lines to standard output and the report beside it', async () => {
    const write = process.stdout.write.bind(process.stdout);
    let lines = '';
    process.stdout.write = ((text: string, done: (error?: Error) => void) => {
      lines += text;
      done();
      return true;
    }) as typeof process.stdout.write;
    try {
      const { out, err } = await feed('feeds:\n  - { name: stdout, sink: json-lines, file: "-" }\n', {
        state: 'elsewhere',
      });
      expect(out).toBe('');
      expect(JSON.parse(err)).toMatchObject([{ delivered: total + 1 }]);
      expect(lines.trimEnd().split('\n')).toHaveLength(total + 1);
      expect(readdirSync(join(root, 'elsewhere'))).toEqual(['stdout']);
    } finally {
      process.stdout.write = write;
    }
  });

  it('closes a line that a crash cut short', async () => {
    writeFileSync(join(root, 'out/cut.jsonl'), '{"log":{"origin":"ledg');
    await feed('feeds:\n  - { name: cut, sink: json-lines, file: out/cut.jsonl }\n');
    const lines = readFileSync(join(root, 'out/cut.jsonl'), 'utf8').split('\n');
    expect(lines).toHaveLength(total + 3);
    expect(lines.filter((line) => line.startsWith('{"log":{"origin":"ledger.example/test"'))).toHaveLength(total + 1);
  });

  it.each([
    ['no settings', undefined, 'cannot be read'],
    ['what is not YAML', 'feeds: [', 'not valid YAML'],
    ['an empty file', '', 'feeds'],
    [
      'a secret in clear',
      'feeds:\n  - { name: s, sink: splunk-hec, url: "https://s.example", token: hunter-22 }\n',
      'is a secret in clear',
    ],
    [
      'a secret that is not there',
      'feeds:\n  - { name: s, sink: splunk-hec, url: "https://s.example", token: { env: NOPE } }\n',
      '`NOPE` is not set',
    ],
  ])('refuses %s', async (_what, settings, message) => {
    const thrown = await failing(settings ?? '', settings === undefined ? { config: 'missing.yaml' } : {});
    expect(thrown).toBeInstanceOf(DemarcError);
    expect(thrown).toMatchObject({ code: 'DMC_FEED', message: expect.stringContaining(message) as string });
    expect(String((thrown as Error).message)).not.toContain('hunter-22');
  });

  it('takes settings of exactly the limit and refuses one byte more', async () => {
    const settings = (bytes: number): string => {
      const start = 'feeds:\n  - { name: a, sink: cef, file: out/a.cef }\n#';
      return start + 'x'.repeat(bytes - start.length);
    };
    expect(await feed(settings(limits.feedSettingsBytesMax))).toMatchObject({ code: 0 });
    expect(await failing(settings(limits.feedSettingsBytesMax + 1))).toMatchObject({ code: 'DMC_FEED' });
  });

  it('says that a folder is no ledger', async () => {
    const settings = 'feeds:\n  - { name: a, sink: cef, file: out/a.cef }\n';
    writeFileSync(join(root, 'demarc.feeds.yaml'), settings);
    const context = {
      files: nodeFiles,
      clock: nodeClock,
      process,
      environment: { variables: {}, homeDirectory: root, workingDirectory: root, platform: 'linux' },
    } as unknown as Context;
    await expect(
      runLedgerFeed(context, { config: 'demarc.feeds.yaml', once: true, dryRun: false, format: 'json' }, 'nothing'),
    ).rejects.toMatchObject({ code: 'DMC_LEDGER_NOT_FOUND' });
  });
});
