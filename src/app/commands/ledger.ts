import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { appendCommand } from './ledger/append.ts';
import { checkCommand } from './ledger/check.ts';
import { feedCommand } from './ledger/feed.ts';
import { initLedgerCommand } from './ledger/init.ts';
import { eraseCommand, holdCommand, rotateCommand } from './ledger/people.ts';
import { proveCommand } from './ledger/prove.ts';
import { verifyCommand } from './ledger/verify.ts';

export const ledgerRoutes = buildRouteMap<string, Context>({
  routes: {
    init: initLedgerCommand,
    append: appendCommand,
    verify: verifyCommand,
    prove: proveCommand,
    check: checkCommand,
    erase: eraseCommand,
    hold: holdCommand,
    rotate: rotateCommand,
    feed: feedCommand,
  },
  docs: { brief: 'Record what agents do so that others can verify it' },
});
