/** Who answers where the configuration says nothing about people: the line at the start leads to it. */
import { execFile, execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepingContext } from '../../src/app/commands/ledger/fixtures/real-ledger.ts';
import { tellUnanswered } from '../../src/app/gateway/unanswered.ts';
import { parseGatewayConfig } from '../../src/app/gateway/read-config.ts';
import { type MadeServer, makeServer, type WholeGateway, wholeGateway } from './whole.ts';

let mail: MadeServer;
let whole: WholeGateway;

beforeAll(async () => {
  mail = await makeServer('mail', (server) => {
    server.registerTool('send_email', {}, () => ({ content: [] }));
  });
  whole = await wholeGateway(`servers: {mail: {url: "${mail.url}"}}`);
}, 120_000);
afterAll(async () => {
  await whole.close();
  mail.close();
  whole.remove();
});

/** What a gateway with this configuration is told when it starts. */
async function told(): Promise<string[]> {
  const lines: string[] = [];
  const settings = parseGatewayConfig(`version: 1\nservers: {mail: {url: "${mail.url}"}}`, 'gateway.yaml');
  const { asking } = whole.gateway;
  await tellUnanswered(keepingContext(), settings, asking, { folder: whole.folder, tell: (line) => lines.push(line) });
  return lines;
}

async function look(token?: string): Promise<{ status: number; body: string }> {
  const headers = { accept: 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
  const answer = await fetch(`${whole.origin}/approvals`, { headers });
  return { status: answer.status, body: await answer.text() };
}

function demarc(...args: string[]): string {
  return execFileSync(process.execPath, [join('dist', 'cli', 'main.js'), ...args], { encoding: 'utf8' }).trim();
}

it('is whoever made the key that the start asked for', async () => {
  const [line = ''] = await told();
  expect(line).toMatch(/^nobody can answer approvals, which \d+ policies can ask for/);
  expect((await look()).status).toBe(401);
  const [, command = ''] = /`demarc (.+?)`/.exec(line) ?? [];
  const text = demarc(...command.split(' '));
  expect(await look(text)).toEqual({ status: 200, body: '{"approvals":[]}\n' });
  expect(await told()).toEqual([]);
});

it('is nobody with another key, who is told why; whoever has none that is valid is not', async () => {
  const directory = join(whole.folder, 'demarc.gateway.keys');
  const create = ['gateway', 'key', 'create', '--directory', directory, '--agent', 'support'];
  const [agents, persons] = [demarc(...create), demarc(...create, '--person', 'me', '--role', 'approver')];
  const problem = (text: string) => ({ status: 403, body: `{"problem":"${text}"}\n` });
  expect(await look(agents)).toEqual(problem('This key names no person.'));
  expect(await look(persons)).toEqual(problem('This key lacks the role `demarc.approve`.'));
  const [nobody, stranger] = [await look(), await look(agents.replace(/.{8}$/, '00000000'))];
  expect([nobody.status, stranger]).toEqual([401, nobody]);
});

it('opens the link of an approval in a browser and reads how to decide', async () => {
  const page = await fetch(`${whole.origin}/approvals/apr-${'0'.repeat(32)}`, { headers: { accept: 'text/html' } });
  expect([page.status, page.headers.get('content-type')]).toEqual([401, 'text/html; charset=utf-8']);
  const text = await page.text();
  const url = `${whole.origin}/approvals`;
  expect(text).toContain(`export DEMARC_GATEWAY=${url}\n`);
  const [, command = ''] = /\$\(demarc (.+?)\)/.exec(text) ?? [];
  const key = demarc(...command.split(' '), '--directory', join(whole.folder, 'demarc.gateway.keys'));
  await expect.poll(async () => (await look(key)).status, { timeout: 5_000 }).toBe(200);
  const environment = { ...process.env, DEMARC_GATEWAY: url, DEMARC_GATEWAY_TOKEN: key };
  const list = [join('dist', 'cli', 'main.js'), 'approvals', 'list'];
  const { stdout } = await promisify(execFile)(process.execPath, list, { env: environment });
  expect(stdout).toContain('Nothing waits');
});
