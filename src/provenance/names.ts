import { remembered } from '../base/remembered.ts';
import { moneyNouns, singular } from './manifest/nouns.ts';

/** Splits an identifier into lower-case words: camelCase, PascalCase, kebab-case, snake_case, dots, digits apart. */
export function splitName(name: string): string[] {
  return (
    name
      .slice(0, 256)
      .replace(/([\p{Ll}\p{N}])(\p{Lu})/gu, '$1 $2')
      .replace(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
      .toLowerCase()
      .match(/\p{L}+|\p{N}+/gu) ?? []
  );
}

/** Whether a name has one of these nouns, in singular or plural. */
export function speaksOf(name: string, nouns: ReadonlySet<string>): boolean {
  return splitName(name).some((word) => nouns.has(singular(word)));
}

/** Mailboxes of roles (RFC 2142, and what is usual): nobody is named by them. */
export const roles: ReadonlySet<string> = new Set(
  (
    'info marketing sale sales support abuse noc security postmaster hostmaster webmaster office team contact hello admin booking bookings order orders ' +
    'event events news help desk service services billing account accounts finance payment payments invoice invoices mail reply noreply customer shop'
  ).split(' '),
);

const contentNouns = new Set(
  (
    'body content text message msg description subject title comment note summary reason caption html markdown details ' +
    'detail remark memo bio about review feedback abstract excerpt snippet preview headline instruction prompt reply ' +
    'answer question paragraph transcript readme log output'
  ).split(' '),
);

/** Whether a field or argument of this name holds text that somebody wrote (a body, a title), not a reference. */
export const isContentName = remembered((name) => {
  const last = splitName(name).findLast((word) => /\p{L}/u.test(word)) ?? '';
  return contentNouns.has(last) || contentNouns.has(last.replace(/s$/, ''));
});

const attributeNouns = new Set(
  'field attribute currency unit language lang locale timezone status state stage priority severity urgency category mode kind type visibility format colour color'.split(
    ' ',
  ),
);

/** Whether an argument of this name says how a thing is, and nothing of where it goes or whom it reaches. */
export function isAttributeName(name: string): boolean {
  return attributeNouns.has(splitName(name).at(-1) ?? '');
}

/** Whether an argument of this name is what something is taken from (`from_account`): whatever it is, nothing goes there. */
export function isSourceName(name: string): boolean {
  const [first = '', second] = splitName(name);
  return (first === 'from' || first === 'source' || first === 'debit') && second !== undefined && second !== 'code';
}

const purposeNouns = new Set('reference ref purpose remittance'.split(' '));

/** Whether an argument of this name, of a payment, is what whoever is paid reads. */
export function isPurposeName(name: string): boolean {
  return purposeNouns.has(splitName(name).at(-1) ?? '');
}

const placeNouns = new Set('location venue place where'.split(' '));

/** Where parcels go: `delivery_location`, `dropoff_place`. */
const deliveryNouns = new Set('delivery deliver shipping shipment ship drop dropoff pickup destination'.split(' '));

/** Whether an argument of this name is a place as people write it: it is read, and nothing is sent there. */
export function isPlaceName(name: string): boolean {
  return placeNouns.has(splitName(name).at(-1) ?? '') && !speaksOf(name, deliveryNouns);
}

const payeeNouns = new Set([...moneyNouns, 'bank', 'account', 'iban', 'billing']);

/** Whether numbers in a text of an argument of this name are told to whoever reads it, and nobody pays or calls by them. */
export function isTellingName(name: string): boolean {
  return (isContentName(name) && !speaksOf(name, payeeNouns)) || isPlaceName(name);
}

const recipientNouns = new Set(
  (
    'to with who person people recipient payee beneficiary user username login handle member guest invitee contact customer collaborator assignee reviewer ' +
    'channel chat group account wallet email mail destination target'
  ).split(' '),
);

/** Whether an argument of this name says whom or what a call reaches. */
export function isRecipientName(name: string): boolean {
  return recipientNouns.has(singular(splitName(name).at(-1) ?? ''));
}

/** Whether an argument of this name says into which fields of a page something is written: where that goes is said by the page. */
export function isFieldName(name: string): boolean {
  const words = splitName(name).map(singular);
  const rest = words.filter((word) => !['id', 'name', 'selector', 'label'].includes(word));
  return rest.length > 0 && rest.every((word) => word === 'field' || word === 'input' || word === 'form');
}

const idNouns = new Set('id no nr number code pin key otp ref reference room slot seat'.split(' '));

/** Whether an argument of this name says which thing is meant. */
export function isIdName(name: string): boolean {
  return idNouns.has(singular(splitName(name).at(-1) ?? ''));
}

const measureNouns = new Set(
  'time timestamp ts date start end since until before after at due expiry expire length size count offset byte second ms millisecond'.split(
    ' ',
  ),
);

/** Whether a number under this name is a moment or a measure, which is computed. */
export function isMeasureName(name: string): boolean {
  return measureNouns.has(singular(splitName(name).at(-1) ?? ''));
}

const amountNouns = new Set(
  'amount sum price total cost fee discount percent percentage budget salary rate limit balance deposit payout credit'.split(
    ' ',
  ),
);

/** Whether an argument of this name holds a sum, a price or a share. */
export function isAmountName(name: string): boolean {
  return splitName(name).some((word) => amountNouns.has(word));
}
