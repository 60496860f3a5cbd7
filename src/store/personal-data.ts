/**
 * Personal data that can be told by its shape: e-mail addresses, phone numbers with a country code, bank accounts, payment
 * cards, US social security numbers, home folders. Numbers with a check digit count only when it fits. Names have no shape.
 */
export function holdsPersonalData(text: string): boolean {
  if (!candidate.test(text)) return false;
  return (
    mail.test(text) ||
    plain.test(text) ||
    [...text.matchAll(iban)].some(([found]) => isIban(found)) ||
    [...text.matchAll(card)].some(([found]) => isCard(found))
  );
}

/** One scan clears nearly every text. */
const candidate = /@|%40|\d{2}[A-Za-z0-9]{11}|\+\d{7}|\d-\d\d-\d|\d{4}-\d{4,6}-\d|[Hh]ome[/\\]|Users[/\\]/;
/** Phone numbers (E.164), social security numbers, home folders. */
const plain = /(?<![\w+])\+\d{8,15}(?!\w)|(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])|(?:^|[\s:/\\])(?:home|Users)[/\\]\w/;
/**
 * Not a mail address although it has its shape: a version behind an at sign, a repository (`git@…`), a service account of
 * Google Cloud, which is no person.
 */
const mail =
  /(?<!(?<![\w.+-])git)(?<=[^\s@/:])(?:@|%40)(?!v?\d+\.\d|[\w.-]*\.gserviceaccount\.com(?![\w.-]))[^\s@]+\.[A-Za-z]{2}/;
/** In lower case one character shorter than a hash of 128 bits. */
const iban = /(?<![A-Za-z0-9])(?:[A-Z]{2}\d{2}[A-Z0-9]{11,30}|[a-z]{2}\d{2}[a-z0-9]{11,27})(?![A-Za-z0-9])/g;
/** Visa, Mastercard, Discover, American Express: 15 or 16 digits, in groups or not. */
const card =
  /(?<![\w-])(?:(?:4\d{3}|5[1-5]\d\d|2[2-7]\d\d|6011|65\d\d)-?\d{4}-?\d{4}-?\d{4}|3[47]\d\d-?\d{6}-?\d{5})(?![\w-])/g;

/** ISO 13616: with its first four characters at the end and letters as 10 to 35, the number is 1 modulo 97. */
function isIban(text: string): boolean {
  let rest = 0;
  for (const character of text.slice(4) + text.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** ISO/IEC 7812-1, annex B: the sum of the digits, every second one doubled, ends in 0. */
function isCard(text: string): boolean {
  const digits = text.replaceAll('-', '').split('').reverse().map(Number);
  const sum = digits.reduce((total, digit, at) => {
    const weighed = at % 2 === 1 ? digit * 2 : digit;
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}
