/** Who answers where the configuration says nothing about people: the line at the start leads to it. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
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
