import type { Confidentiality } from '../../model/event.ts';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** General English nouns of tool names and arguments, singular. */
export const moneyNouns = set(
  'money payment fund transaction payout refund bill invoice salary wallet coin crypto stock donation',
);
/** Arguments that name people who are told. */
export const invitedNouns = set('attendee participant guest invitee recipient cc bcc');
/** What is about to be bought. */
export const cartNouns = set('cart basket bag trolley');
/** People who take over from an agent: `transfer_to_human`. */
export const handOffNouns = set('human operator representative supervisor');
/** What is run to be told something: `run_speed_test`. */
export const measuringNouns = set('test check diagnostic scan benchmark audit');
export const peopleNouns = set(
  'user member participant collaborator guest attendee viewer editor friend subscriber permission access role reviewer assignee owner',
);
/** What is said to others when one is made. */
export const publicationNouns = set(
  'comment post message tweet reply review notification announcement feedback alert sms issue gist discussion release',
);
export const credentialNouns = set(
  'password passcode passphrase credential pin secret token mfa 2fa otp authentication authenticator apikey key ssh permission role privilege policy login',
);
export const webNouns = set(
  'url uri link webpage website web page site http https html browser article internet rss feed',
);
/** What such a tool reads is one text of somebody's making. */
export const documentNouns = set(
  'file document page webpage website url article readme html pdf attachment content blob script',
);
/** Arguments through which a read reaches a place outside. */
export const placeNouns = set('url uri link href endpoint webhook host domain website callback');
/** What the tool itself knows; nobody else's words. */
export const ownNouns = set(
  'time date day today now timezone clock version health balance uuid random capability setting config limit quota',
);

/** What a read of such things returns is names, numbers and places, and nobody's text. */
export const factNouns = set(
  'price cost fee balance iban currency address location phone hour availability type option restriction hotel flight airport restaurant car vehicle ' +
    'company room seat city country channel member contact user id device key cart vendor subscription status count total',
);
/** What says so little that the word in front of it counts: `flight information`. */
export const vagueNouns = set('information info detail data list record available');
/** What the user wrote, or had written. */
export const ownWritingWords = set('sent draft drafts scheduled outgoing');
/** Words of a description that tell of texts. */
export const textNouns = set(
  'note comment review description text content body html snippet post article transcript attachment remark feedback bio summary answer reply',
);

const confidentialityNouns: readonly (readonly [Confidentiality, ReadonlySet<string>])[] = [
  [
    'restricted',
    set(
      'password passcode credential secret token apikey ssn passport medical patient diagnosis prescription health biometric payroll salary card',
    ),
  ],
  [
    'confidential',
    set(
      'email mail inbox message chat dm file document drive folder contact customer client lead account transaction balance iban ' +
        'bank payment invoice order calendar event appointment user profile employee record database sql table query memory note ' +
        'repository repo commit code issue log address phone conversation channel thread',
    ),
  ],
  [
    'public',
    set(
      'web website webpage weather news wiki wikipedia public article flight hotel restaurant time date timezone map stock exchange currency forecast url',
    ),
  ],
];

/** How confidential what such words name is; undefined when they do not say. */
export function confidentialityOfNouns(words: readonly string[]): Confidentiality | undefined {
  return confidentialityNouns.find(([, nouns]) =>
    words.some((word) => nouns.has(word) || nouns.has(singular(word))),
  )?.[0];
}

export function singular(word: string): string {
  if (/(?:ss|us|is)$/.test(word)) return word;
  if (word.endsWith('ies')) return word.replace(/ies$/, 'y');
  if (/(?:ch|sh|x|ses)es$/.test(word)) return word.replace(/es$/, '');
  return word.replace(/s$/, '');
}
