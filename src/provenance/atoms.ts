import { normalise } from './normalise.ts';

/** A part of a text that says where something goes or whom it reaches, in its comparable form. */
export interface Atom {
  readonly kind: 'address' | 'link' | 'account';
  /** Normalised: an address whole, a link's host, an account without separators. */
  readonly key: string;
  /** As it stands in the text. */
  readonly text: string;
}

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

const dateOrTime = /^\d{4}-\d\d(?:-\d\d)?(?:\D|$)|^\d{1,2}[.:/-]\d{1,2}[.:/-]\d{2,4}(?:\D|$)|^\d{1,2}:\d\d/;
/** Ends of names of files that are also words people read as hosts. */
const fileEnding =
  /\.(?:txt|docx?|xlsx?|pptx?|pdf|csv|tsv|md|rst|png|jpe?g|gif|svg|webp|mp[34]|wav|mov|zip|gz|tar|json|jsonl|ya?ml|toml|ini|cfg|conf|env|xml|html?|css|[cm]?[jt]sx?|py|ipynb|rb|go|rs|java|kt|c|h|cpp|cs|php|sh|ps1|bat|sql|db|sqlite|log|bak|lock|ics|eml|key|pem)$/i;
/** Top-level names that make a bare name (no scheme, no path) a host: any country's, and the generic ones in wide use. */
const generic =
  /^(?:com|net|org|edu|gov|mil|int|info|biz|name|pro|app|dev|xyz|online|site|store|shop|tech|cloud|blog|page|link|club|live|world|email|website|space|digital|network|agency|media|news|example|test|invalid|local|onion|top|zone|team|work|software|services|systems|solutions|finance|bank|health|social|chat|support|help|academy|design|studio|fun|icu|click|host|press|today|global|group|company|international)$/;

/** Addresses, links, accounts and other long numbers of a text, each once. */
export function atomsOf(text: string): Atom[] {
  const found = new Map<string, Atom>();
  const add = (kind: Atom['kind'], key: string, part: string): void => {
    if (!found.has(`${kind} ${key}`)) found.set(`${kind} ${key}`, { kind, key, text: part });
  };
  const wide = text.normalize('NFKC');
  if (wide.includes('@'))
    // A name in front of a link's host is no address.
    for (const [match] of wide.replace(/:\/\/[^\s/@]{1,128}@/g, '://').matchAll(address)) {
      const part = match.replace(/[.-]+$/, '');
      add('address', normalise(part), part);
    }
  if (/\.|:\/\//.test(wide))
    for (const [match] of wide.matchAll(link)) {
      const part = match.replace(/[.,;:!?*_]+$/, '');
      const host = hostOf(part);
      if (host !== undefined) add('link', host, part);
    }
  const rest = wide.replace(iban, (match) => {
    add('account', compact(match), match);
    return ' ';
  });
  for (const [match] of rest.matchAll(digits)) {
    const key = compact(match);
    if (key.length >= 8 && !/\d{4}-\d\d-\d\d/.test(match) && !dateOrTime.test(match.trim())) add('account', key, match);
  }
  for (const [match] of wide.matchAll(opaque)) if (mixed.test(match)) add('account', compact(match), match);
  return [...found.values()];
}

/** The atoms a value consists of, when it is nothing but atoms and separators; undefined otherwise. */
export function onlyAtoms(value: string): readonly Atom[] | undefined {
  if (value.length > 4096) return undefined;
  const atoms = atomsOf(value);
  if (atoms.length === 0) return undefined;
  let rest = value.normalize('NFKC');
  for (const { text } of [...atoms].sort((a, b) => b.text.length - a.text.length)) rest = rest.replaceAll(text, ' ');
  return /[\p{L}\p{N}]/u.test(rest.replace(/\bmailto:/gi, '')) ? undefined : atoms;
}

/** The host of a link, normalised, percent-encoding undone; undefined when the text is none (a file, a number). */
export function hostOf(text: string): string | undefined {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  const rest = text.slice(scheme?.length ?? 0);
  const authority = rest.split(/[/?#]/, 1)[0] ?? '';
  const host = normalise(decodePercent(authority.replace(/^.*@/, '').replace(/:\d+$/, ''))).replace(/\.$/, '');
  if (!/^[\p{L}\p{N}_-]+(?:\.[\p{L}\p{N}_-]+)*$/u.test(host)) return undefined;
  if (scheme !== undefined || /^www\.\w/i.test(rest)) return host;
  if (!host.includes('.') || fileEnding.test(rest) || /^[\d.]+$/.test(host)) return undefined;
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
  return value.length <= 40 && dateOrTime.test(value.trim());
}
