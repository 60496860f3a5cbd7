/** A mail as programs print it: lines of a head in front of its text (RFC 5322, section 3.6.2 and 3.6.3). */
export interface Mail {
  /** Value of the line that says who sent it. */
  readonly from: string;
  /** Values of the lines that say who it is from and to. */
  readonly people: readonly string[];
  readonly body: string;
}

/** Perhaps indented, or behind the number of a match; `Cc:` may say nothing. */
const headLine = /^[^\p{L}\n]{0,8}(\p{Lu}[\p{L}-]{1,30}):(?:[ \t]+(\S.*)|[ \t]*)$/u;
/** Behind it stands what the mail says, whatever that looks like. */
const saying = /^(?:body|text|message|content|nachricht|inhalt|mensaje|texto|texte|testo|bericht|melding)$/i;
/** Names of such lines in several languages. */
const sending = /^(?:from|sender|von|de|da|van|fra|från)$/i;
const receiving = /^(?:to|cc|reply-to|an|para|à|aan|til|till)$/i;
const describing =
  /^(?:subject|date|sent|betreff|datum|gesendet|asunto|fecha|enviado|objet|envoyé|oggetto|onderwerp|emne|ämne)$/i;

/** A text of which mails are told apart. */
export interface Mails {
  /** None where no lines in a row say who sent something, and what or when. */
  readonly mails: readonly Mail[];
  /** What is no head: what stands in front of the first, and what the mails say. */
  readonly said: string;
}

export function readMails(text: string): Mails {
  const mails: { from: string; people: string[]; body: string[] }[] = [];
  const said: string[] = [];
  const lines = text.split('\n');
  let at = 0;
  while (at < lines.length) {
    const first = at;
    const head = new Map<string, string>();
    for (let line = headLine.exec(lines[at] ?? ''); line !== null; line = headLine.exec(lines[++at] ?? '')) {
      const [, name = '', value] = line;
      if (saying.test(name)) break;
      if (value !== undefined && !head.has(name)) head.set(name, value.trim());
    }
    const names = [...head.keys()];
    const from = head.get(names.find((name) => sending.test(name)) ?? '');
    if (from !== undefined && names.some((name) => describing.test(name))) {
      const people = [...head].filter(([name]) => sending.test(name) || receiving.test(name)).map(([, value]) => value);
      mails.push({ from, people, body: [] });
    } else {
      if (at === first) at++;
      const more = lines.slice(first, at);
      said.push(...more);
      mails.at(-1)?.body.push(...more);
    }
  }
  return { mails: mails.map(({ body, ...mail }) => ({ ...mail, body: body.join('\n') })), said: said.join('\n') };
}
