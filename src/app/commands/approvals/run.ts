import type { Http, Timer } from '../../../base/ports.ts';
import { textsOf } from '../../../store/approvals/page/payload.ts';
import { doubtInWords } from '../../../model/provenance.ts';
import { askedBy } from '../../../store/approvals/approval.ts';
import { mixedWords, visibleText } from '../../../store/approvals/visible-text.ts';
import type { Context } from '../../context.ts';
import { nodeHttp } from '../../node-http.ts';
import { nodeTimer } from '../../node-timer.ts';
import { untilStopped } from '../../until-stopped.ts';
import type { AnswerFlags, ApprovalFlags, ListFlags } from '../approvals.ts';
import { ApprovalClient, type ShownApproval } from './client.ts';

const pollMs = 2_000;

function clientOf(context: Context, flags: ApprovalFlags, http?: Http): ApprovalClient {
  return new ApprovalClient(context, flags, http ?? nodeHttp(context.environment.variables));
}

/** Runs `demarc approvals list`. @returns 0 */
export async function runList(context: Context, flags: ListFlags, http?: Http): Promise<number> {
  const approvals = await clientOf(context, flags, http).list(flags.all ? undefined : ['pending']);
  if (flags.format === 'json') context.process.stdout.write(`${JSON.stringify(approvals, null, 2)}\n`);
  else context.process.stdout.write(approvals.length === 0 ? 'Nothing waits for you.\n' : approvals.map(line).join(''));
  return 0;
}

/** Runs `demarc approvals show`. @returns 0 */
export async function runShow(context: Context, flags: ApprovalFlags, id: string, http?: Http): Promise<number> {
  print(context, flags, await clientOf(context, flags, http).show(id));
  return 0;
}

/** Runs `demarc approvals approve` and `deny`: prints what was answered. @returns 0 */
export async function runAnswer(
  context: Context,
  flags: AnswerFlags,
  id: string,
  decision: 'approve' | 'deny',
  http?: Http,
): Promise<number> {
  const client = clientOf(context, flags, http);
  print(context, flags, await client.answer(await client.show(id), decision, flags.reason));
  return 0;
}

/** Runs `demarc approvals watch`. @returns 0 when interrupted */
export async function runWatch(
  context: Context,
  flags: ApprovalFlags,
  http?: Http,
  timer: Timer = nodeTimer,
  until: typeof untilStopped = untilStopped,
): Promise<number> {
  const client = clientOf(context, flags, http);
  let known: ReadonlySet<string> = new Set();
  await until(async (stop) => {
    while (!stop.aborted) {
      const waiting = await client.list(['pending']);
      for (const approval of waiting.toReversed())
        if (!known.has(approval.id))
          context.process.stdout.write(flags.format === 'json' ? `${JSON.stringify(approval)}\n` : line(approval));
      known = new Set(waiting.map(({ id }) => id));
      await timer.wait(pollMs, stop);
    }
  });
  return 0;
}

function line({ id, state, agent, server, name, expires }: ShownApproval): string {
  return `${id}  ${state}  ${visibleText(agent)}  ${visibleText(server)}/${visibleText(name)}  until ${expires}\n`;
}

function print(context: Context, flags: ApprovalFlags, approval: ShownApproval): void {
  context.process.stdout.write(flags.format === 'json' ? `${JSON.stringify(approval, null, 2)}\n` : describe(approval));
}

/** Everything a person has to see: arguments whole, with what does not show made visible. */
function describe(approval: ShownApproval): string {
  const { requester, doubted, args, kind } = approval;
  const text = JSON.stringify(args, null, 2);
  const facts: readonly (readonly [string, string])[] = [
    ['approval', `${approval.id} (${approval.state})`],
    ['asks for', kind === 'declassification' ? 'the release of confidential data by one call' : 'one call'],
    ['tool', `${visibleText(approval.server)}/${visibleText(approval.name)}`],
    ['agent', `${visibleText(approval.agent)}, run ${visibleText(approval.run)}`],
    [
      'on behalf of',
      requester === undefined ? 'nobody' : `${visibleText(requester.subject)} (${visibleText(requester.issuer)})`,
    ],
    ['asked by', visibleText(askedBy(approval))],
    ['until', approval.expires],
    ['page', approval.url],
    ...doubted.map(
      ({ path, doubt, part }) => ['doubted', visibleText(`${path}: ${part ?? ''}${inWords(doubt)}`)] as const,
    ),
    ...mixedWords(textsOf(args).join(' ')).map(
      (word) => ['look-alike', `several alphabets in one word: ${spelled(word)}`] as const,
    ),
  ];
  const head = facts.map(([name, value]) => `${name.padEnd(13)}${value}`).join('\n');
  return `${head}\narguments (${approval.argsDigest})\n${text.split('\n').map(visibleText).join('\n')}\n`;
}

/** A gateway of another version may know doubts that this one does not. */
function inWords(doubt: string | undefined): string {
  const words = (doubtInWords as Readonly<Record<string, string>>)[doubt ?? ''];
  if (doubt === undefined) return '';
  return words === undefined ? ` ${doubt}` : ` ${words} (${doubt})`;
}

function spelled(word: string): string {
  return word.replaceAll(
    /[^\p{ASCII}]/gu,
    (letter) => `${letter}⟨U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
  );
}
