/**
 * The message of an approval for a Slack incoming webhook (Block Kit, https://docs.slack.dev/reference/block-kit, read 28 Nov
 * 2026). Whatever comes from a call is plain text: nothing of it is markup.
 */
import { formatRfc3339 } from '../../../base/rfc3339.ts';
import { type Approval, askedBy } from '../approval.ts';
import { visibleText } from '../visible-text.ts';

/** Ids of the buttons; what they carry is `buttonValue`. */
export const slackActions = { approve: 'demarc-approve', deny: 'demarc-deny' } as const;
/** Characters of a section's text. */
const sectionLengthMax = 3_000;

export interface SlackMessageParts {
  readonly url: string;
  /** Whether arguments may leave for Slack. */
  readonly includesPayload: boolean;
  /** Whether Slack can call back. */
  readonly hasButtons: boolean;
}

/**
 * The message. There is a button to approve only where the whole payload stands above it, and no reason is needed: nobody
 * approves what they were not shown. To deny is always possible.
 */
export function slackMessage(approval: Approval, { url, includesPayload, hasButtons }: SlackMessageParts): unknown {
  const { binding, agent, kind, labels, rule, doubted } = approval;
  const verb = kind === 'declassification' ? 'release confidential data by' : 'call';
  const title = visibleText(`${agent} wants to ${verb} ${binding.name} on ${binding.server}`);
  const facts = [
    `Effect: ${labels.effect}${labels.sendsOut ? ', sends data out' : ''}`,
    `The run has read ${labels.confidentiality} data${labels.tainted ? ' and untrusted text' : ''}`,
    `Asked by: ${visibleText(askedBy(approval))}`,
    ...(doubted.length === 0 ? [] : [`Doubted: ${visibleText(doubted.map(({ path }) => path).join(', '))}`]),
    `Until ${formatRfc3339(approval.expiresMs)}`,
  ].join('\n');
  const payload = includesPayload ? payloadText(approval.args) : undefined;
  const isShown = payload !== undefined && payload.length <= sectionLengthMax && title.length <= sectionLengthMax;
  const value = buttonValue(approval);
  const buttons = [
    ...(isShown && !rule.reasonRequired ? [button('Approve once', slackActions.approve, value, 'primary')] : []),
    button('Deny', slackActions.deny, value, 'danger'),
  ];
  return {
    text: `${cut(title, 300)}: ${url}`,
    unfurl_links: false,
    blocks: [
      section(cut(title, sectionLengthMax)),
      section(cut(facts, sectionLengthMax)),
      ...(isShown ? [section(payload)] : []),
      {
        type: 'section',
        text: { type: 'mrkdwn', text: `<${url}|${isShown ? 'Open' : 'Read all of it and answer'}>` },
      },
      ...(hasButtons ? [{ type: 'actions', elements: buttons }] : []),
    ],
  };
}

/** What a button carries: the approval, and the digest of what was shown above it. */
export function buttonValue({ id, binding }: Pick<Approval, 'id' | 'binding'>): string {
  return `${id} ${binding.argsDigest}`;
}

/** Arguments as lines in which every character shows. */
function payloadText(args: unknown): string {
  return JSON.stringify(args, null, 1).split('\n').map(visibleText).join('\n');
}

function section(text: string): unknown {
  return { type: 'section', text: { type: 'plain_text', text, emoji: false } };
}

function button(text: string, action: string, value: string, style: 'primary' | 'danger'): unknown {
  return { type: 'button', text: { type: 'plain_text', text }, action_id: action, value, style };
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
