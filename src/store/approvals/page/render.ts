import { escapeHtml } from '../../../base/escape-html.ts';
import { limits } from '../../../base/limits.ts';
import { formatRfc3339 } from '../../../base/rfc3339.ts';
import { doubtInWords } from '../../../model/provenance.ts';
import { type Approval, askedBy } from '../approval.ts';
import { mixedWords } from '../visible-text.ts';
import { payloadHtml, textsOf, visibleHtml } from './payload.ts';
import { style } from './style.ts';

export interface FormParts {
  /** Where the form is sent to. */
  readonly action: string;
  readonly token: string;
  /** Why the last attempt did not count. */
  readonly problem?: string | undefined;
}

/** One approval. @param form absent where the viewer may look only, or it is settled */
export function approvalPage(approval: Approval, form: FormParts | undefined): string {
  const { kind, state, binding, labels, requester, answer } = approval;
  const verb = kind === 'declassification' ? 'Release confidential data by' : 'Call';
  const title = `${verb} ${visibleHtml(binding.name)} on ${visibleHtml(binding.server)}?`;
  const facts: readonly (readonly [string, string])[] = [
    ['State', `<span class="state">${state}</span>`],
    ['Agent', visibleHtml(approval.agent)],
    ['On behalf of', requester === undefined ? 'nobody: it acts for itself' : person(requester)],
    ['Run', visibleHtml(approval.run)],
    ['Effect', `${labels.effect}${labels.sendsOut ? ', sends data out' : ''}`],
    ['The run has read', `${labels.confidentiality} data${labels.tainted ? ', and untrusted text' : ''}`],
    ['Asked by', visibleHtml(askedBy(approval))],
    ['Policy set', visibleHtml(binding.policySet)],
    ['Asked', formatRfc3339(approval.createdMs)],
    ['Until', formatRfc3339(approval.expiresMs)],
    ['Approval', escapeHtml(approval.id)],
    ...(answer === undefined
      ? []
      : ([
          ['Answered by', `${person(answer.approver)}, ${formatRfc3339(answer.atMs)}, by ${answer.channel}`],
          ['Reason', visibleHtml(answer.reason)],
        ] as const)),
  ];
  return page(
    title,
    `<h1>${title}</h1>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>
${warnings(approval)}
<h2>Arguments, all of them</h2>
<div class="payload">${payloadHtml(approval.args)}</div>
<p>Credentials are shown by their kind only. SHA-256 of the canonical JSON that is sent: <code>${escapeHtml(binding.argsDigest)}</code></p>
${form === undefined ? '' : formHtml(approval, form)}`,
  );
}

function warnings({ doubted, args, binding }: Approval): string {
  const origins = doubted.map(({ path, doubt, part }) => {
    const why = doubt === undefined ? '' : ` ${doubtInWords[doubt]} (${doubt})`;
    return `<code>${visibleHtml(path)}</code>:${part === undefined ? '' : ` <q>${visibleHtml(part)}</q>`}${escapeHtml(why)}`;
  });
  const words = mixedWords([...textsOf(args), binding.name, binding.server].join(' ')).map(
    (word) => `Letters of several alphabets that look alike in one word: <q>${spelled(word)}</q>`,
  );
  return [...origins, ...words].map((text) => `<p class="warn">${text}</p>`).join('\n');
}

/** A word with the code point of each letter that is not ASCII. */
function spelled(word: string): string {
  return escapeHtml(word).replaceAll(
    /[^\p{ASCII}]/gu,
    (letter) =>
      `${letter}<b class="u">U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}</b>`,
  );
}

function formHtml({ rule, binding }: Approval, { action, token, problem }: FormParts): string {
  const label = rule.reasonRequired ? 'Reason (needed to approve; it is recorded)' : 'Reason (it is recorded)';
  return `<h2>Your answer</h2>
${problem === undefined ? '' : `<p class="warn">${escapeHtml(problem)}</p>`}
<form method="post" action="${escapeHtml(action)}" autocomplete="off">
<input type="hidden" name="token" value="${escapeHtml(token)}"><input type="hidden" name="digest" value="${escapeHtml(binding.argsDigest)}">
<label>${label}<textarea name="reason" maxlength="${limits.approvalReasonLengthMax}"></textarea></label>
<div class="buttons"><button class="approve" name="decision" value="approve">Approve this call once</button>
<button class="deny" name="decision" value="deny">Deny</button></div></form>`;
}

/** What waits, and what was answered lately. @param urlOf page of an approval */
export function listPage(approvals: readonly Approval[], urlOf: (id: string) => string): string {
  const rows = approvals.map(
    ({ id, state, binding, agent, createdMs }) =>
      `<tr><td><a href="${escapeHtml(urlOf(id))}">${visibleHtml(binding.name)}</a></td><td>${visibleHtml(binding.server)}</td><td>${visibleHtml(agent)}</td><td><span class="state">${state}</span></td><td>${formatRfc3339(createdMs)}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? '<p>Nothing waits for you.</p>'
      : `<table><tr><th>Call</th><th>Server</th><th>Agent</th><th>State</th><th>Asked</th></tr>${rows.join('')}</table>`;
  return page('Approvals', `<h1>Approvals</h1>${table}`);
}

/**
 * What somebody sees who is not signed in, and how to decide instead. Nothing of any approval.
 *
 * @param url of the site
 * @param hasSignIn see `SiteParts`
 */
export function signInPage(url: string, hasSignIn: boolean): string {
  const browser = hasSignIn
    ? 'Who you are is said by the sign-in that your organisation has put in front of this page. You came without it: open the link again at the address that has it.'
    : 'This gateway knows people by its keys only, and has no sign-in for browsers.';
  return page(
    'Sign in to answer',
    `<h1>Sign in to answer</h1>
<p>Here people approve or deny what agents ask to do. What is asked is shown to those who may answer it, and nothing of it to anybody else.</p>
<h2>In the browser</h2>
<p>${browser}</p>
<h2>On the machine of the gateway</h2>
<p>In the folder of its configuration, with a key that names you (or a token of yours in place of the key):</p>
<pre>export DEMARC_GATEWAY=${escapeHtml(url)}
export DEMARC_GATEWAY_TOKEN=$(demarc gateway key create --agent me --person me --role approver --role demarc.approve)
demarc approvals list</pre>
<p>The guide says who may answer and how: <code>docs/guide/approvals.md</code>. Whoever runs the gateway can tell you which roles it asks for.</p>`,
  );
}

/** A page that says one thing. */
export function messagePage(title: string, text: string): string {
  return page(escapeHtml(title), `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}

/** @param title HTML */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title.replaceAll(/<[^>]*>/g, '')}</title><style>${style}</style></head>
<body>${body}</body></html>
`;
}

function person({ issuer, subject }: { readonly issuer: string; readonly subject: string }): string {
  return `${visibleHtml(subject)} (${visibleHtml(issuer)})`;
}
