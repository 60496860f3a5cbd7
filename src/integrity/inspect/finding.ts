/**
 * What is found in definitions: stable codes, how grave each is, and what it means. An `alarm` has no honest use and blocks; a
 * `warning` has a few and is for a person to look at; a `note` is worth knowing.
 */
export const findingCodes = {
  'hidden.tags': ['alarm', 'text in Unicode tag characters, which draw nothing'],
  'hidden.selectors': ['alarm', 'bytes hidden as variation selectors'],
  'hidden.zero-width': ['alarm', 'a run of zero-width characters: text is hidden in it'],
  'hidden.zero-width-few': ['warning', 'characters that draw nothing'],
  'hidden.bidi': ['alarm', 'controls that make text read in another order than it is drawn'],
  'hidden.terminal': ['alarm', 'terminal escapes: what a person is shown is not what the model reads'],
  'hidden.control': ['warning', 'control or private-use characters'],
  'hidden.padding': ['alarm', 'text far to the right or far below, where nobody looks'],
  'hidden.style': ['alarm', 'text that its style makes invisible'],
  'hidden.style-named': ['note', 'names a style that makes text invisible'],
  'hidden.comment': ['alarm', 'a comment that speaks to the model; rendered text does not show it'],
  'hidden.comment-plain': ['note', 'a comment that rendered text does not show'],
  'encoded.text': ['alarm', 'text in an encoding'],
  'encoded.sample': ['note', 'text in an encoding, as a sample of what the tool takes'],
  'encoded.blob': ['note', 'a long run of encoded data'],
  'markup.exfiltration': ['alarm', 'a link or image whose address carries data of the conversation'],
  'markup.remote-image': ['note', 'an image from elsewhere'],
  'markup.script': ['alarm', 'an address that runs code'],
  'markup.control-token': ['alarm', 'marks that stand for the system or for turns of a conversation'],
  'markup.emphasis': ['note', 'markup that presses the model (`<IMPORTANT>`)'],
  'app.remote-code': ['warning', 'an app that loads code or sends data elsewhere'],
  'resource.traversal': ['alarm', 'an address that leaves the folder it names, or another machine'],
  'speech.conceal': ['alarm', 'tells the model to keep something from the user'],
  'speech.conceal-mild': ['warning', 'says what need not be told, or how to put it'],
  'speech.mislead': ['alarm', 'has the model tell its user what is not so'],
  'speech.override': ['alarm', 'tells the model to set aside its rules'],
  'speech.obey-data': ['alarm', 'tells the model to obey what data says'],
  'speech.remote-orders': ['warning', 'tells the model to follow what stands at an address'],
  'speech.consent': ['alarm', 'tells the model not to ask, or that consent was given'],
  'speech.consent-mild': ['note', 'speaks of acting without confirmation'],
  'speech.secret': ['alarm', 'asks for keys, credentials or files that hold them'],
  'speech.secret-place': ['warning', 'names a file or place that holds keys'],
  'speech.context': ['alarm', 'asks for the conversation, the system prompt or what else the model knows'],
  'speech.personal': ['alarm', 'asks for what the user keeps elsewhere: mails, calendar, papers, memory'],
  'speech.signs': ['warning', 'several signs of poison together, none of which is enough'],
  'speech.send': ['alarm', 'tells the model to send data to an address'],
  'speech.redirect': ['alarm', 'changes what another tool is used for or with'],
  'speech.denigrate': ['alarm', 'speaks ill of other tools, so that they are not used'],
  'speech.evade': ['alarm', 'tells the model to get around a limit, a filter or whoever checks'],
  'speech.plant': ['alarm', 'has code from elsewhere put into files or commands'],
  'speech.remote-code': ['warning', 'names code that is fetched and run'],
  'speech.foreign-tool': ['warning', 'tells the model to call a tool that this server does not have'],
  'speech.steer': ['note', 'tells the model when to use the tool, or which tools to prefer'],
  'speech.quoted': ['note', 'talks about attacks on models'],
  'text.long': ['note', 'an unusually long text'],
  'name.mixed-script': ['alarm', 'a name of letters of several alphabets that look alike'],
  'name.unusual': ['warning', 'a name with characters the protocol does not provide for'],
  'name.shadowed': ['warning', 'several servers have a tool of this name'],
  'name.collision': ['alarm', 'two different tools get one name when server and tool are joined'],
  'name.confusable': ['alarm', 'a name that looks like that of another tool'],
  'schema.remote-reference': ['warning', 'a schema that refers to another address; it is never fetched'],
  'schema.bomb': ['alarm', 'a schema that grows without bound when its references are followed'],
  'schema.dangling': ['note', 'a schema that refers to what it does not hold'],
  'schema.slow-pattern': ['note', 'a pattern that can take for ever in a backtracking engine; it is never run'],
  'definition.malformed': ['alarm', 'an entry that is no definition'],
  'definition.too-deep': ['alarm', 'a definition that nests too deep'],
  'definition.duplicate': ['alarm', 'a second definition of one name in one list'],
  'definition.too-many': ['alarm', 'an entry past the limit of a list'],
} as const satisfies Readonly<Record<string, readonly [Severity, string]>>;

export type Severity = 'alarm' | 'warning' | 'note';
export type FindingCode = keyof typeof findingCodes;

export interface DefinitionFinding {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** Where in the definition: names and indexes, joined by dots. */
  readonly path: string;
  /** What was found, made visible, credentials replaced, at most 160 characters. */
  readonly excerpt: string;
}

export function severityOf(code: FindingCode): Severity {
  return findingCodes[code][0];
}

export function meaningOf(code: FindingCode): string {
  return findingCodes[code][1];
}
