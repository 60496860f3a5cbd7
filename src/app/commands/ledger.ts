import { buildRouteMap } from '@stricli/core';
import type { Context } from '../context.ts';
import { appendCommand } from './ledger/append.ts';
import { checkCommand } from './ledger/check.ts';
import { detectCommand } from './ledger/detect.ts';
import { feedCommand } from './ledger/feed.ts';
import { gapsCommand } from './ledger/gaps.ts';
import { importCommand } from './ledger/import.ts';
import { initLedgerCommand } from './ledger/init.ts';
import { eraseCommand, holdCommand, rotateCommand } from './ledger/people.ts';
import { proveCommand } from './ledger/prove.ts';
import { rebuildCommand } from './ledger/rebuild.ts';
import { searchCommand } from './ledger/search.ts';
import { showCommand } from './ledger/show.ts';
import { statsCommand } from './ledger/stats.ts';
import { tailCommand } from './ledger/tail.ts';
import { verifyCommand } from './ledger/verify.ts';
import { witnessCommand } from './ledger/witness.ts';

export const ledgerRoutes = buildRouteMap<string, Context>({
  routes: {
    init: initLedgerCommand,
    append: appendCommand,
    import: importCommand,
    verify: verifyCommand,
    prove: proveCommand,
    check: checkCommand,
    witness: witnessCommand,
    search: searchCommand,
    show: showCommand,
    tail: tailCommand,
    stats: statsCommand,
    rebuild: rebuildCommand,
    detect: detectCommand,
    gaps: gapsCommand,
    feed: feedCommand,
    erase: eraseCommand,
    hold: holdCommand,
    rotate: rotateCommand,
  },
  docs: { brief: 'Record what agents do so that others can verify it' },
});
