import { expect, it } from 'vitest';
import { application, spelled } from './application.ts';
import { keepingContext } from './commands/ledger/fixtures/real-ledger.ts';
import { type ApplicationContext, run } from '@stricli/core';
import type { Context } from './context.ts';

it.each([
  ['ledger verify audit --json', 'ledger verify audit --format json'],
  ['gateway key list --json', 'gateway key list --format json'],
  ['policy test team --format json', 'policy test team --json'],
  ['doctor --format=json', 'doctor --json'],
  ['doctor --json', 'doctor --json'],
  ['assess . --format sarif', 'assess . --format sarif'],
  ['policy test team --format terminal', 'policy test team --format terminal'],
  ['kill all --json', 'kill all --format json'],
  ['init --json', 'init --json'],
  ['gateway --json', 'gateway --json'],
  ['nothing --json', 'nothing --json'],
  ['ledger verify -- --json', 'ledger verify -- --json'],
])('%s is %s', (given, meant) => {
  expect(spelled(given.split(' '))).toEqual(meant.split(' '));
});

it('says it is JSON where a command spells it the other way', async () => {
  const context = keepingContext();
  await run(application, spelled(['gateway', 'key', 'list', '--json']), context as Context & ApplicationContext);
  expect(JSON.parse(context.out.join(''))).toEqual([]);
});
