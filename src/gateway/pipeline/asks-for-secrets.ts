import { asJsonObject, isJsonObject, type JsonObject } from '../../base/json-object.ts';
import { isSecretName } from '../../base/secrets.ts';

/**
 * Whether a form (elicitation in form mode) asks for a credential: by the name, title or description of a field, or in its message. What
 * is only chosen or ticked holds no credential, so a form without free text may speak of them. Words are read in English, and a few
 * names of passwords in other languages; a page (URL mode) is where credentials belong (2025-11-25, elicitation).
 */
export function asksForSecrets({ requestedSchema, message }: JsonObject): boolean {
  const properties = Object.entries(asJsonObject(asJsonObject(requestedSchema)['properties']));
  const free = properties.filter(([, field]) => !isChosen(field));
  return free.length > 0 && (asksIn(message) || free.some(([name, field]) => isOfSecret(name, asJsonObject(field))));
}

/** A tick, or one or some of what the server names itself. */
function isChosen(field: unknown): boolean {
  if (!isJsonObject(field)) return false;
  const { type, items, oneOf, anyOf } = field;
  if (type === 'boolean' || Array.isArray(field['enum'])) return true;
  if (type === 'array') return isJsonObject(items) && isChosen(items);
  const named = oneOf ?? anyOf;
  return Array.isArray(named) && named.every((one) => isJsonObject(one) && 'const' in one);
}

function isOfSecret(name: string, { title, description, format }: JsonObject): boolean {
  return (
    isSecretName(name) || format === 'password' || asksInTitle(name) || asksInTitle(title) || describes(description)
  );
}

/** A name or title is a noun, or asks: `Your password`, `GitHub token (classic)`, `What is your password?` */
function asksInTitle(text: unknown): boolean {
  return clausesOf(text).some(({ words }) => (!isDenied(words) && namesSecret(words)) || asks(words));
}

/** A description is a noun first, or asks. */
function describes(text: unknown): boolean {
  return clausesOf(text).some(
    ({ words }, at) =>
      ((at === 0 || determiner.test(words[0] ?? '')) && !isDenied(words) && namesSecret(words)) || asks(words),
  );
}

/** A message asks, or is no more than a noun: `Password:` */
function asksIn(text: unknown): boolean {
  const clauses = clausesOf(text);
  const questions = new Set(clauses.filter(({ words, end }) => end === '?' && words.length > 3 && !asks(words)));
  return clauses.some((clause, at) => {
    const { words, end } = clause;
    if (isOfOthers(words)) return false;
    // Who says what is missing, and then asks something else, wants to know that: `The API key is missing. What should I do?`
    const isAside = questions.size > (questions.has(clause) ? 1 : 0) && !words.includes('your');
    if (asks(words, isAside)) return true;
    const isSaid = isAside && words.some((word) => boundary.test(word));
    const isAlone = clauses.length === 1 || (/[?:]/.test(end + clauses[at - 1]?.end) && !isSaid);
    return isAlone && !words.some(isWork) && namesSecret(words);
  });
}

/** A question about others, or how something is made: `Does the app use passwords?` */
function isOfOthers(words: readonly string[]): boolean {
  return (
    /^(?:does|did|is|are|was|were|should|shall|which|who|whom|how|why)$/.test(words[0] ?? '') &&
    !words.some((word) => /^(?:you|your|me)$/.test(word))
  );
}

/** What is done with a credential where it is kept: `Delete secret`, `Which token should be revoked?` */
const isWork = (word: string): boolean =>
  /^(?:create|generate|(?:re)?name|delete|remove|rotate|revoke|disable)d?$|^(?:list|find|scan|import|export)$/.test(
    word,
  );

interface Clause {
  readonly words: readonly string[];
  /** The mark it ends with. */
  readonly end: string;
}

function clausesOf(text: unknown): readonly Clause[] {
  if (typeof text !== 'string') return [];
  const plain = text
    .normalize('NFKC')
    .replace(/\p{Cf}/gu, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[’`]/g, "'")
    .toLowerCase();
  return [...plain.matchAll(/([^.,;:!?()[\]\n]*(?:\.(?=\S)[^.,;:!?()[\]\n]*)*)([.,;:!?()[\]\n]|$)/g)].flatMap(
    ([, clause = '', end = '']) => {
      const words = clause.match(/[\p{L}\p{N}'.]+/gu) ?? [];
      return words.length === 0 ? [] : [{ words, end }];
    },
  );
}

const determiner = /^(?:your|the|my|our|an?)$/;
/** Where a noun and what belongs to it ends. */
const boundary =
  /^(?:for|of|to|from|on|at|in|into|with|that|which|who|where|when|while|if|so|because|before|after|until|unless|than|as|by|via|you|we|i|it|they|is|are|was|were|be|has|have|had|sent|used|shown|stored|given|issued|created|generated|must|should|can|could|may|will|would|here|there|below|above|again|now|first|once|twice|please|too|required|needed|missing|\w+ly)$/;
const filler =
  /^(?:please|kindly|now|then|and|ok|okay|first|me|us|in|with|using|here|below|again|also|both|out|what|down|for)$/;
/** Nouns that are no names of credentials in code as well. */
const secretNoun =
  /(?:^|_)(?:pass_?(?:phrase|code|word)|passwords|api_?keys|(?:ssh|gpg|pgp|encryption|decryption|signing|recovery|backup)_keys?|(?:access|secret|private)_?keys|(?:seed|recovery|mnemonic|secret)_(?:phrase|words?)|mnemonic|secrets|login_(?:details|data)|otp|(?:one_time|2fa|mfa|two_factor|totp|authenticator|verification|sms|recovery)_(?:code|password)s?|(?:your|card|bank|sim|account)_pin|(?:session|login|auth)_cookies?|id_(?:rsa|dsa|ecdsa|ed25519)|(?:credit|debit)_card_number|cvv|cvc|passwort|kennwort|contraseña|mot_de_passe|senha|wachtwoord|hasło|lösenord|пароль|密码|密碼|パスワード|비밀번호)$/u;
/** What is said about a credential, and asks for none. */
const about =
  /^(?:forgot|forgotten|forget|lost|lose|reset|resets|change|changed|rotate|revoke|expire|wrong|invalid|incorrect|bad|weak|no|unknown|save|remember|hide)$/;

/** Whether a phrase is the name of a credential: its last noun says what it is, so `password policy` and `name of the secret` are none. */
function namesSecret(words: readonly string[]): boolean {
  return nounsOf(words).some((noun) => {
    if (noun.length > 8 || noun.some((word) => about.test(word))) return false;
    const name = noun.join('_').replace(/_?\d+$/, '');
    return secretNoun.test(name) || isSecretName(name);
  });
}

/** `The value of your token` is the token. */
const isWhole = /^(?:contents?|values?|text|copy|characters|digits)$/;

/** The nouns a phrase begins with: `username`, `password` of `your username and password to go on`. */
function nounsOf(words: readonly string[]): readonly (readonly string[])[] {
  const from = words.findIndex((word) => !filler.test(word));
  if (from === -1) return [];
  const length = words
    .slice(from)
    .findIndex((word, at) => boundary.test(word) && !isWhole.test(words[from + at - 1] ?? ''));
  const nouns: string[][] = [[]];
  for (const word of words.slice(from, length === -1 ? undefined : from + length))
    if (word === 'and' || word === 'or') nouns.push([]);
    else nouns.at(-1)?.push(word.replace(/'s?$/, ''));
  return nouns;
}

const imperative =
  /^(?:(?:re)?enter|(?:re)?type|provide|give|paste|input|tell|send|share|confirm|submit|supply|insert|fill|write|put|specify|verify|disclose|reveal|copy|state|reply|respond|answer|sign|log|login|authenticate)$/;
const wish = /^(?:needs?|requires?|wants?|like)$/;
const whatIs = /^(?:what's|whats)$/;
/** Words before and after the one that asks which are looked at. */
const reach = 12;

/** Whether somebody is asked to give a credential. @param isAside what is only said to be needed is not asked for */
function asks(words: readonly string[], isAside = false): boolean {
  return words.some((word, at) => {
    const before = words.slice(Math.max(0, at - reach), at);
    const rest = words.slice(at + 1, at + 1 + reach);
    const [two = '', one = ''] = [before.at(-2), before.at(-1)];
    if (isDenied(before)) return false;
    if (imperative.test(word)) return !isOthers(two, one) && namesSecret(rest);
    // `What is a token?` asks what that is.
    if (whatIs.test(word) || (word === 'is' && one === 'what'))
      return !/^an?$/.test(rest[0] ?? '') && namesSecret(rest);
    if (wish.test(word)) return !isAside && namesSecret(rest);
    if (/^(?:have|know|get|see)$/.test(word)) return /^(?:i|we|me)$/.test(one) && namesSecret(rest);
    return !isAside && /^(?:needed|required|missing|necessary)$/.test(word) && namesSecret(before);
  });
}

/** `we send …`, `it will send …`: no request, but what somebody else does. */
function isOthers(two: string, one: string): boolean {
  const other = /^(?:we|i|it|they|he|she|that|which|who)$/;
  return other.test(one) || (/^(?:will|can|could|should|may|would|to|'ll)$/.test(one) && other.test(two));
}

function isDenied(words: readonly string[]): boolean {
  return words.some((word) => /^(?:not|never|no|without|cannot|\w+n't)$/.test(word));
}
