import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keepingContext } from '../ledger/fixtures/real-ledger.ts';
import { runRevoke } from './revoke-run.ts';
import { runToken } from './token-run.ts';

const folder = mkdtempSync(join(tmpdir(), 'demarc-gateway-token-'));
afterAll(() => rmSync(folder, { recursive: true }));
const config = join(folder, 'demarc.gateway.yaml');
writeFileSync(
  config,
  `version: 1
state: state
policies: { set: . }
identity:
  origin: https://gw.example
  run-tokens: { key-file: run.key }
  issuers: [{ name: corp, issuer: 'https://login.example/realms/corp' }]
servers: { one: { url: 'https://one.example/mcp', credential: { type: none } } }
`,
);

async function mint(person: string): Promise<string> {
  const context = keepingContext();
  await runToken(context, { config, agent: 'support', run: 'r', person, format: 'terminal' });
  return context.out.join('');
}

async function revoke(flags: { person?: string; credential?: string; lift?: boolean }): Promise<string> {
  const context = keepingContext();
  await runRevoke(context, { config, all: false, lift: false, reason: '', format: 'terminal', ...flags });
  expect(context.out.join('')).toMatch(/^To be (?:revoked|lifted): /);
  return context.err.join('');
}

describe('a person whom an issuer knows', () => {
  it('gets a run token where the configuration has that issuer, or it is this gateway', async () => {
    expect(await mint('https://login.example/realms/corp#erika')).toMatch(/^ey/);
    expect(await mint('local#erika')).toMatch(/^ey/);
  });

  it.each(['https://login.example/realms/corp/#erika', 'corp#erika', 'https://login.example/realms/copr#erika'])(
    'gets none as %s, who would be somebody else',
    async (person) => {
      await expect(mint(person)).rejects.toMatchObject({
        code: 'DMC_UNKNOWN_ID',
        message: `the configuration has no issuer \`${person.slice(0, person.indexOf('#'))}\``,
        hint: 'it has https://login.example/realms/corp; the issuer of people of API keys is `local`',
      });
    },
  );

  it('is revoked as ordered, and whoever may have mistyped the issuer hears of it', async () => {
    expect(await revoke({ person: 'https://login.example/realms/corp#erika' })).toBe('');
    expect(await revoke({ credential: 'local#0123456789a' })).toBe('');
    for (const flags of [{ person: 'corp#erika' }, { credential: 'corp#jti' }])
      expect(await revoke(flags)).toBe(
        'the configuration has no issuer `corp`: it has https://login.example/realms/corp; the issuer of people of API keys is `local`\n',
      );
    expect(await revoke({ person: 'corp#erika', lift: true })).toBe('');
  });
});
