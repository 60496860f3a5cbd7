import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { logFormats } from '../../../collect/logs/formats.ts';
import { readLog } from '../../../collect/logs/read-log.ts';
import type { Envelope } from '../../../model/event.ts';
import { parseEventInput } from '../../../store/event-input.ts';
import type { Context } from '../../context.ts';
import { ledgerPlace } from '../../ledger/place.ts';
import { nodeClock, nodeFiles, nodeWriter } from '../../node-ports.ts';
import type { GapsFlags } from './gaps.ts';
import { runLedgerGaps } from './gaps-run.ts';
import type { ImportFlags } from './import.ts';
import { runLedgerImport } from './import-run.ts';
import { runLedgerInit } from './init-run.ts';
import { logInput } from '../../log-input.ts';
import { readEnvelopes } from './read-envelopes.ts';

const logs = new URL('../../../collect/logs/', import.meta.url).pathname;
const samples = logFormats.flatMap((format) =>
  readdirSync(`${logs}${format.id}/fixtures`)
    .filter((name) => !name.includes('.expected.'))
    .map((name) => `${logs}${format.id}/fixtures/${name}`),
);

let folder = '';
let ledger = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'demarc-import-'));
  ledger = join(folder, 'log');
  await runLedgerInit(contextOf().context, { format: 'json' }, ledger);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function contextOf(input?: Uint8Array): { context: Context; output: () => string } {
  const written: string[] = [];
  const context: Context = {
    process: {
      ...(input === undefined ? {} : { stdin: Readable.from([input]) }),
      stdout: { write: (text: string) => void written.push(text) },
      stderr: { write: () => undefined },
    },
    files: nodeFiles,
    writer: nodeWriter,
    clock: nodeClock,
    environment: { variables: {}, homeDirectory: folder, workingDirectory: folder, platform: 'linux' },
  };
  return { context, output: () => written.join('') };
}

const importFlags: ImportFlags = { source: 'auto', raw: 'keep', dryRun: false, strict: false, format: 'json' };

async function importFiles(
  paths: readonly string[],
  flags: Partial<ImportFlags> = {},
): Promise<{ code: number; printed: string }> {
  const { context, output } = contextOf();
  const code = await runLedgerImport(context, { ...importFlags, ...flags }, ledger, paths);
  return { code, printed: output() };
}

async function envelopes(): Promise<Envelope[]> {
  const found: Envelope[] = [];
  for await (const envelope of readEnvelopes(ledgerPlace(contextOf().context, ledger))) found.push(envelope);
  return found;
}

const total = (printed: string): number =>
  Object.values((JSON.parse(printed) as { events: Record<string, Record<string, number>> }).events)
    .flatMap((kinds) => Object.values(kinds))
    .reduce((sum, count) => sum + count, 0);

describe('demarc ledger import', () => {
  it('records the logs of every source in a real ledger, once', async () => {
    const first = await importFiles(samples);
    const recorded = await envelopes();
    expect(first.code).toBe(0);
    expect(recorded).toHaveLength(total(first.printed));
    expect(new Set(recorded.map((event) => event.source))).toEqual(
      new Set(logFormats.map((format) => `import:${format.id}`)),
    );
    const again = await importFiles(samples);
    expect(JSON.parse(again.printed)).toMatchObject({ events: {}, duplicates: recorded.length });
    expect(await envelopes()).toHaveLength(recorded.length);
  });

  it('leaves no person and no content in clear in any file of the ledger', async () => {
    await importFiles(samples);
    const secret = /ada@example|eve@example|Refund order|npm test|What is our refund|octocat/;
    for (const name of readdirSync(ledger, { recursive: true, encoding: 'utf8' })) {
      const path = join(ledger, name);
      if (nodeFiles.kind(path) === 'file') expect(readFileSync(path, 'latin1')).not.toMatch(secret);
    }
  });

  it('reads standard input for `-`', async () => {
    const { context, output } = contextOf(readFileSync(samples[0] ?? ''));
    expect(await runLedgerImport(context, importFlags, ledger, ['-'])).toBe(0);
    expect(total(output())).toBe((await envelopes()).length);
    const closed = contextOf();
    expect(await runLedgerImport(closed.context, importFlags, ledger, ['-'])).toBe(0);
  });

  it('a dry run records nothing and needs no key', async () => {
    rmSync(`${ledger}.keys`, { recursive: true });
    const { code, printed } = await importFiles(samples, { dryRun: true });
    expect(code).toBe(0);
    expect(total(printed)).toBeGreaterThan(40);
    expect(await envelopes()).toEqual([]);
  });

  it('reads packed files, and says in the end what it could not read', async () => {
    const packed = join(folder, 'a.json.gz');
    writeFileSync(packed, gzipSync(readFileSync(`${logs}cloudtrail/fixtures/records.json`)));
    const broken = join(folder, 'b.jsonl');
    copyFileSync(`${logs}bedrock-invocation/fixtures/log.jsonl`, broken);
    writeFileSync(broken, '{"schemaType":"ModelInvoc\n', { flag: 'a' });
    const { code, printed } = await importFiles([packed, broken], { format: 'terminal', strict: true });
    expect(code).toBe(1);
    expect(printed).toContain('import:cloudtrail  7 events');
    expect(printed).toContain('2 files; 0 in the ledger already; 1 record not about AI');
    expect(printed).toContain(`${broken}:4  a record is cut off or is not JSON`);
  });

  it('names what is wrong with the command before it records anything', async () => {
    await expect(importFiles([samples[0] ?? '', join(folder, 'none')])).rejects.toThrow(/none` cannot be read/);
    await expect(importFiles([folder])).rejects.toThrow(/is no file/);
    await expect(importFiles(samples, { source: 'nothing' })).rejects.toThrow('no audit source is called `nothing`');
    expect(await envelopes()).toEqual([]);
  });

  it('records no event of a sample otherwise than it was mapped', async () => {
    for (const path of samples) {
      for await (const item of readLog(
        { name: path, chunks: logInput(contextOf().context, path) },
        { formats: logFormats, raw: 'keep' },
      )) {
        if (item.type !== 'event') continue;
        const { input, problems } = parseEventInput(item.event, Date.now());
        expect(problems).toEqual([]);
        expect(input.kind).toBe(item.event.kind);
      }
    }
  });

  it('maps every record to a kind whose facts it has, whatever its fields hold', async () => {
    const text = fc.oneof(
      fc.string(),
      fc.constantFrom('ada@example.com', 'tools/call', 'tool', 'APP_LOG', 'accept', 'GetWorkloadAccessToken'),
      fc.integer(),
    );
    const leaf = fc.oneof(
      text,
      fc.array(text, { maxLength: 2 }),
      fc.dictionary(fc.constantFrom('id', 'name', 'method', 'params', 'role', 'body'), text),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(fc.tuple(fc.nat(), leaf), { maxLength: 6 }),
        async (path, changes) => {
          const changed = changeLeaves(readFileSync(path, 'utf8'), changes);
          const chunks = (async function* () {
            yield Buffer.from(changed);
          })();
          for await (const item of readLog({ name: 'x', chunks }, { formats: logFormats, raw: 'keep' })) {
            if (item.type !== 'event') continue;
            expect(parseEventInput(item.event, Date.now()).input.kind).toBe(item.event.kind);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

/** JSON lines with some of their values replaced; what is no JSON line stays. */
function changeLeaves(text: string, changes: readonly (readonly [number, unknown])[]): string {
  return text
    .split('\n')
    .map((line) => {
      let value: unknown;
      try {
        value = JSON.parse(line);
      } catch {
        return line;
      }
      for (const [choice, replacement] of changes) {
        const places: [Record<string, unknown>, string][] = [];
        const visit = (node: unknown): void => {
          if (typeof node !== 'object' || node === null) return;
          for (const key of Object.keys(node)) {
            places.push([node as Record<string, unknown>, key]);
            visit((node as Record<string, unknown>)[key]);
          }
        };
        visit(value);
        const place = places[choice % places.length];
        if (place !== undefined) place[0][place[1]] = structuredClone(replacement);
      }
      return JSON.stringify(value);
    })
    .join('\n');
}

describe('demarc ledger gaps', () => {
  const gapsFlags: GapsFlags = { format: 'json', tolerance: 5, silent: 21_600, strict: false };

  async function gaps(flags: Partial<GapsFlags> = {}): Promise<{ code: number; printed: string }> {
    const { context, output } = contextOf();
    const code = await runLedgerGaps(context, { ...gapsFlags, ...flags }, ledger);
    return { code, printed: output() };
  }

  it('reports on what was imported, in three formats', async () => {
    await importFiles(samples);
    const { code, printed } = await gaps({ strict: true });
    expect(code).toBe(1);
    const report = JSON.parse(printed) as { services: { service: string }[]; events: number };
    expect(report.events).toBe((await envelopes()).length);
    expect(report.services.map(({ service }) => service)).toContain('aws.bedrock');
    const terminal = (await gaps({ format: 'terminal' })).printed;
    expect(terminal).toContain('Claude Code (anthropic.claude-code)');
    expect(terminal).toContain('What cannot be reconstructed');
    const markdown = (await gaps({ format: 'markdown' })).printed;
    expect(markdown).toContain('| Amazon Bedrock |');
    expect(markdown).toContain('## What cannot be reconstructed');
    for (const text of [printed, terminal, markdown]) expect(text).not.toMatch(/ada@example|octocat/);
  });

  it('takes services in use by name and from an assessment', async () => {
    const path = join(folder, 'assessment.json');
    writeFileSync(
      path,
      JSON.stringify({
        workloads: [{ id: 'w', services: ['aws.bedrock', 'aws.s3'] }],
        responsibilities: [
          { workload: 'w', control: 'logging.invocation-logs', state: 'open', reason: 'no invocation logging' },
          { workload: 'w', control: 'network.private-access', state: 'open', reason: 'x' },
        ],
      }),
    );
    const { printed } = await gaps({ against: [path], services: ['claude-code'] });
    const report = JSON.parse(printed) as {
      services: { service: string; because: string }[];
      unreconstructable: { code: string; text: string }[];
    };
    expect(report.services.map(({ service, because }) => [service, because])).toEqual([
      ['anthropic.claude-code', 'named'],
      ['aws.bedrock', 'named'],
    ]);
    expect(report.unreconstructable[0]).toMatchObject({
      code: 'configuration',
      text: 'logging.invocation-logs is open: no invocation logging',
    });
    expect(report.unreconstructable.filter(({ code }) => code === 'configuration')).toHaveLength(1);
  });

  it('takes a vendor for those of its services whose logs are known', async () => {
    const report = JSON.parse((await gaps({ services: ['openai', 'bedrock'] })).printed) as {
      services: { service: string }[];
    };
    expect(report.services.map(({ service }) => service)).toEqual([
      'aws.bedrock',
      'openai.api',
      'openai.chatgpt-enterprise',
      'openai.codex',
    ]);
  });

  it('says what is wrong with its arguments', async () => {
    await expect(gaps({ services: ['nothing'] })).rejects.toThrow('no service is called `nothing`');
    await expect(gaps({ services: ['api'] })).rejects.toThrow('more than one service is called `api`');
    await expect(gaps({ against: [join(folder, 'none')] })).rejects.toThrow(/cannot be read/);
    writeFileSync(join(folder, 'empty.json'), '{}');
    await expect(gaps({ against: [join(folder, 'empty.json')] })).rejects.toThrow(/is no assessment/);
    ledger = join(folder, 'elsewhere');
    await expect(gaps()).rejects.toThrow('there is no ledger');
  });
});
