import { buildCommand, buildRouteMap } from '@stricli/core';
import { type Context, guarded } from '../context.ts';
import { eraseCommand } from './approvals/erase.ts';
import { formatFlag } from './ledger/flags.ts';

export interface ApprovalFlags {
  readonly gateway?: string;
  readonly format: (typeof formatFlag.values)[number];
}
export interface ListFlags extends ApprovalFlags {
  readonly all: boolean;
}
export interface AnswerFlags extends ApprovalFlags {
  readonly reason: string;
}

const flags = {
  gateway: {
    kind: 'parsed',
    parse: String,
    optional: true,
    placeholder: 'url',
    brief: 'Approvals of the gateway (default: DEMARC_GATEWAY, as https://gateway.example/approvals)',
  },
  format: formatFlag,
} as const;
const idArgument = {
  kind: 'tuple',
  parameters: [{ brief: 'Id of the approval', parse: String, placeholder: 'approval' }],
} as const;
const load = () => import('./approvals/run.ts');

const listCommand = buildCommand<ListFlags, [], Context>({
  async func(given) {
    await guarded(this, async () => (await load()).runList(this, given));
  },
  parameters: { flags: { ...flags, all: { kind: 'boolean', default: false, brief: 'Also those that are settled' } } },
  docs: { brief: 'What waits for your answer' },
});

const showCommand = buildCommand<ApprovalFlags, [string], Context>({
  async func(given, id) {
    await guarded(this, async () => (await load()).runShow(this, given, id));
  },
  parameters: { positional: idArgument, flags },
  docs: { brief: 'One approval with all of its arguments' },
});

function answerCommand(decision: 'approve' | 'deny', brief: string) {
  return buildCommand<AnswerFlags, [string], Context>({
    async func(given, id) {
      await guarded(this, async () => (await load()).runAnswer(this, given, id, decision));
    },
    parameters: {
      positional: idArgument,
      flags: {
        ...flags,
        reason: { kind: 'parsed', parse: String, default: '', placeholder: 'text', brief: 'Why; it is recorded' },
      },
    },
    docs: { brief },
  });
}

const watchCommand = buildCommand<ApprovalFlags, [], Context>({
  async func(given) {
    await guarded(this, async () => (await load()).runWatch(this, given));
  },
  parameters: { flags },
  docs: { brief: 'Print approvals as they are asked for, until interrupted' },
});

export const approvalRoutes = buildRouteMap<string, Context>({
  routes: {
    list: listCommand,
    show: showCommand,
    approve: answerCommand('approve', 'Approve one call, once'),
    deny: answerCommand('deny', 'Deny one call'),
    watch: watchCommand,
    erase: eraseCommand,
  },
  docs: {
    brief: 'Answer calls of agents that wait for a person',
    fullDescription:
      'Talks to the gateway, which knows who you are by the token in DEMARC_GATEWAY_TOKEN and whether you may answer. `erase` does not: it\nis for who runs the gateway.',
  },
});
