import { compatible, normalise } from './normalise.ts';

/** A part of a text that says where something goes or whom it reaches, in its comparable form. */
export interface Atom {
  readonly kind: 'address' | 'link' | 'account';
  /** Normalised: an address whole, a link's host, an account without separators. */
  readonly key: string;
  /** As it stands in the text. */
  readonly text: string;
}

/** Digits of the shortest account. Links and addresses can be shorter, but not without an at sign, a point or a colon. */
export const shortestAtom = 8;
const plain = /^[\w -]*$/;

/** Quantifiers are bounded and runs are entered at their beginning only: linear in a hostile text. */
const address = /(?<![\p{L}\p{N}.+_-])[\p{L}\p{N}.+_-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const link =
  /(?<![\p{L}\p{N}@._-])(?:[a-z][a-z0-9+.-]{1,15}:\/\/[^\s"'<>)\]]{1,2048}|(?:[\p{L}\p{N}_-]{1,63}\.){1,8}[\p{L}\p{N}-]{1,63}(?::\d{1,5})?(?:[/?#][^\s"'<>)\]]{0,2048})?(?![\p{L}\p{N}@]))/giu;
/** ISO 13616: country, check digits, then up to 30 letters and digits, often in groups of four. */
const iban = /(?<![\p{L}\p{N}])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![\p{L}\p{N}])/gu;
const digits = /(?<![\p{L}\p{N}.,:-])(?:\+?\d{0,3}[ -]?\(\d{1,4}\) ?|\+)?\d[\d .-]{6,22}\d(?![\p{L}\p{N}])/gu;
/** Wallets, keys and tokens: one long run that mixes letters and digits, perhaps in groups; no slug of words. */
const opaque = /(?<![\p{L}\p{N}_-])[a-z0-9_-]{20,128}(?![\p{L}\p{N}_-])/giu;
const mixed = /(?=[a-z]{0,128}\d)(?=\d{0,128}[a-z])[a-z0-9]{12,}/i;

const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;
const dateOrTime = /^\d{4}-\d\d(?:-\d\d)?(?:\D|$)|^\d{1,2}[.:/-]\d{1,2}[.:/-]\d{2,4}(?:\D|$)|^\d{1,2}:\d\d/;
/** `2026-11-30T10:00:00.000Z`, `30.11.2026, 10:00`, `10:00 AM`. */
const moment = (() => {
  const date = String.raw`(?:\d{4}-\d\d(?:-\d\d)?|\d{1,2}[.:/-]\d{1,2}[.:/-](?:\d{4}|\d\d))`;
  const zone = String.raw`(?: ?(?:Z|UTC|GMT|[A-Z]{1,3}[SD]?T|[+-]\d\d(?::?\d\d)?))?`;
  const time = String.raw`\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?(?: ?[ap]\.?m\.?)?${zone}`;
  return `(?:${date}(?:(?:T|,? | at )${time})?|${time})`;
})();
/** One or from one to another, and nothing else: a file can have a name that begins with a date. */
const onlyMoments = new RegExp(`^${moment}(?:(?: ?[-–/,] ?| (?:to|until|till|and) )${moment}){0,3}$`, 'i');
/** Ends of names of files that are also words people read as hosts. */
const fileEnding =
  /\.(?:txt|docx?|xlsx?|pptx?|pdf|csv|tsv|md|rst|png|jpe?g|gif|svg|webp|mp[34]|wav|mov|zip|gz|tar|json|jsonl|ya?ml|toml|ini|cfg|conf|env|xml|html?|css|[cm]?[jt]sx?|py|ipynb|rb|go|rs|java|kt|c|h|cpp|cs|php|sh|ps1|bat|sql|db|sqlite|log|bak|lock|ics|eml|key|pem)$/i;
/** Top-level names that make a bare name (no scheme, no path) a host: any country's, and the generic ones in wide use. */
const generic =
  /^(?:com|net|org|edu|gov|mil|int|info|biz|name|pro|app|dev|xyz|online|site|store|shop|tech|cloud|blog|page|link|club|live|world|email|website|space|digital|network|agency|media|news|example|test|invalid|local|onion|top|zone|team|work|software|services|systems|solutions|finance|bank|health|social|chat|support|help|academy|design|studio|fun|icu|click|host|press|today|global|group|company|international)$/;

/**
 * Addresses, links, accounts and other long numbers of a text, each once.
 * @param tried what to look at; other than the default only to test that one
 */
export function atomsOf(text: string, tried = worthTrying): Atom[] {
  if (text.length < shortestAtom && plain.test(text)) return [];
  const wide = compatible(text);
  const { may, chunks } = tried(wide);
  if (may === 0) return [];
  const found = new Map<string, Atom>();
  const add = (kind: Atom['kind'], key: string, part: string): void => {
    if (!found.has(`${kind} ${key}`)) found.set(`${kind} ${key}`, { kind, key, text: part });
  };
  for (const chunk of chunks) {
    if (!chunk.includes('@')) continue;
    // A name in front of a link's host is no address.
    for (const match of chunk.replace(/:\/\/[^\s/@]{1,128}@/g, '://').match(address) ?? []) {
      const part = match.replace(/[.-]+$/, '');
      add('address', normalise(part), part);
    }
  }
  for (const chunk of chunks) {
    if (!chunk.includes('.') && !chunk.includes('://')) continue;
    for (const match of chunk.match(link) ?? []) {
      const part = match.replace(/[.,;:!?*_]+$/, '');
      const host = hostOf(part);
      if (host !== undefined) add('link', host, part);
    }
  }
  let rest = wide;
  if ((may & mayBe.iban) !== 0)
    rest = wide.replace(iban, (match) => {
      add('account', compact(match), match);
      return ' ';
    });
  // What is left of a text without account numbers may be a number where there was none.
  if ((may & (mayBe.digits | mayBe.iban)) !== 0)
    for (const match of rest.match(digits) ?? []) {
      const key = compact(match);
      const isDate = (/\d{4}-\d\d-\d\d/.test(match) || dateOrTime.test(match.trim())) && !ipv4.test(match.trim());
      if (key.length >= shortestAtom && !isDate) add('account', key, match);
    }
  for (const chunk of chunks)
    if (chunk.length >= 20)
      for (const match of chunk.match(opaque) ?? []) if (mixed.test(match)) add('account', compact(match), match);
  return [...found.values()];
}

/** What can stand somewhere in a text, as bits: one of `chunks`, or a number that may have spaces in it. */
const mayBe = { chunk: 1, iban: 2, digits: 4 } as const;

/** What a character can be part of (a number with separators, an account number, a run of letters and digits), and what it is. */
const kind = { number: 1, account: 2, run: 4, digit: 8, letter: 16 } as const;
const kindsOf = Uint8Array.from({ length: 128 }, (_, code) => {
  const character = String.fromCharCode(code);
  return (
    (/[\d .()+-]/.test(character) ? kind.number : 0) |
    (/[A-Z\d -]/.test(character) ? kind.account : 0) |
    (/[A-Za-z\d_-]/.test(character) ? kind.run : 0) |
    (/\d/.test(character) ? kind.digit : 0) |
    (/[A-Za-z]/.test(character) ? kind.letter : 0)
  );
});

/**
 * Which patterns are worth trying, and where, in one pass over the text: most texts hold nothing of what they look for. Never
 * rules out one that matches: runs of characters that a pattern is made of are as long as its shortest match, and what holds
 * no white space is looked for between white space only.
 *
 * @param text in NFKC, where characters beyond ASCII are part of neither numbers nor runs
 * @returns `chunks`: what stands between white space and may hold an address, a link or a run of letters and digits
 */
function worthTrying(text: string): { readonly may: number; readonly chunks: readonly string[] } {
  const chunks: string[] = [];
  let may = 0;
  /** Digits in the present run of `kind.number`; characters of the present runs of `kind.account` and `kind.run`. */
  let inNumber = 0;
  let account = 0;
  let run = 0;
  let runHolds = 0;
  let start = 0;
  let isCandidate = false;
  for (let at = 0; at <= text.length; at++) {
    const code = at < text.length ? text.charCodeAt(at) : 0x20;
    const kinds = code < 128 ? (kindsOf[code] ?? 0) : 0;
    if ((kinds & kind.number) === 0) inNumber = 0;
    else if ((kinds & kind.digit) !== 0 && ++inNumber >= shortestAtom) may |= mayBe.digits;
    if ((kinds & kind.account) === 0) account = 0;
    else if (++account >= 12) may |= mayBe.iban;
    if ((kinds & kind.run) !== 0) {
      runHolds |= kinds;
      if (++run >= 20 && (runHolds & kind.digit) !== 0 && (runHolds & kind.letter) !== 0) isCandidate = true;
      continue;
    }
    run = runHolds = 0;
    if (code > 0x20) {
      if (code === 0x40) isCandidate = true;
      else if (code === 0x2e) isCandidate ||= text.charCodeAt(at + 1) > 0x20;
      else if (code === 0x3a) isCandidate ||= text.startsWith('//', at + 1);
      continue;
    }
    if (isCandidate) chunks.push(text.slice(start, at));
    start = at + 1;
    isCandidate = false;
  }
  return { may: chunks.length === 0 ? may : may | mayBe.chunk, chunks };
}

/**
 * The atoms a value consists of, when it is nothing but atoms and separators; undefined otherwise.
 * @param atoms of the value, where they are at hand
 */
export function onlyAtoms(value: string, atoms?: readonly Atom[]): readonly Atom[] | undefined {
  if (value.length > 4096) return undefined;
  atoms ??= atomsOf(value);
  if (atoms.length === 0) return undefined;
  let rest = compatible(value);
  for (const { text } of [...atoms].sort((a, b) => b.text.length - a.text.length)) rest = rest.replaceAll(text, ' ');
  return /[\p{L}\p{N}]/u.test(rest.replace(/\bmailto:/gi, '')) ? undefined : atoms;
}

/** Whether an account is one of a bank as ISO 13616 writes it. */
export function isBankAccount({ kind, key }: Atom): boolean {
  return kind === 'account' && /^[a-z]{2}\d{2}[a-z0-9]{8,30}$/.test(key);
}

/** A mailbox with a name: `Dora Lind <dora@x.example>` (RFC 5322, section 3.4). */
const mailbox =
  /(?:"[^"\n<>@]{0,128}"\s{0,4}|[^"\n<>@,;]{0,128})<\s{0,4}(?:mailto:)?([^\s<>@]{1,64}@[^\s<>@,;]{1,255})\s{0,4}>/gu;

/** Whether a value is one or several addresses of mail, perhaps with names, and nothing else: `From`, `To`. */
export function onlyAddresses(value: string): boolean {
  if (value.length > 4096 || !value.includes('@')) return false;
  const bare = value.replace(mailbox, '$1');
  // A name that holds an address is no name.
  const atoms = /["<>]/.test(bare) ? undefined : onlyAtoms(bare);
  return atoms !== undefined && atoms.every(({ kind }) => kind === 'address');
}

/** The host of a link, normalised, percent-encoding undone; undefined when the text is none (a file, a number). */
export function hostOf(text: string): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  const rest = text.slice(scheme?.length ?? 0);
  // Programs that open links read a backslash as a slash (WHATWG URL, special authority).
  const authority = rest.split(/[/\\?#]/, 1)[0] ?? '';
  const host = normalise(decodePercent(authority.replace(/^.*@/, '').replace(/:\d+$/, ''))).replace(/\.$/, '');
  if (!/^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*$/u.test(host)) return undefined;
  if (scheme !== undefined || /^www\.\w/i.test(rest)) return host;
  if (!host.includes('.') || fileEnding.test(rest.replace(/(?::\d{1,6}){1,2}$/, '')) || /^[\d.]+$/.test(host))
    return undefined;
  const last = host.slice(host.lastIndexOf('.') + 1);
  // `end.It` is two sentences: a host is written in one case.
  if (/\.\p{Lu}\p{Ll}+$/u.test(authority)) return undefined;
  return /^\p{L}{2}$/u.test(last) || generic.test(last) || last.startsWith('xn--') ? host : undefined;
}

/** Without separators, as accounts and telephone numbers are compared. */
export function compact(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Undoes percent-encoding; what is no valid encoding stays as it is. */
export function decodePercent(text: string): string {
  if (!/%[0-9a-f]{2}/i.test(text)) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Whether a value is a date, a time or both. */
export function isDateOrTime(value: string): boolean {
  return value.length <= 80 && onlyMoments.test(value.trim());
}
