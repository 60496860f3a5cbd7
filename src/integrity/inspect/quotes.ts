/** Words for what is done to models and people: who names them talks about attacks. */
export const attackNoun =
  /(?<!\w)(?:prompt[- ]injections?|injections?|injected|jailbreaks?|jailbroken|attacks?|attackers?|hostile|malicious|adversarial|phishing|scams?|poison(?:ed|ing)?|manipulat\w{2,6}|red[- ]team\w{0,4}|exfiltration|suspicious|social engineering|hidden instructions|smuggled?)(?!\w)/iu;

/** Within one paragraph. */
const quoted =
  /"(?:[^"\n]|\n(?!\n)){2,300}"|\u201c(?:[^\u201d\n]|\n(?!\n)){2,300}\u201d|\u00ab(?:[^\u00bb\n]|\n(?!\n)){2,300}\u00bb|`(?:[^`\n]|\n(?!\n)){2,300}`/gu;
/** Or who says what becomes of such texts. */
const turnsAway =
  /(?<!\w)(?:is|are|get|gets|be)\s(?:blocked|flagged|filtered|rejected|detected|refused|removed|caught)(?!\w)/iu;
/** What introduces a sample, right before it. */
const introduced =
  /(?:such as|like|e\.g\.?|for example|for instance|including|phrases?|patterns?|texts?|payloads?|strings?|sentences?|messages?|prompts?|attempts?|catches|detects?|flags?|finds?|blocks?|reports?|rejects?|removes?|tags?|tokens?|markers?|marked|says?|said|reads?|writes|claims|as follows)\W{0,4}(?:as|of|like)?\W{0,4}$/iu;
/** Or between two of them. */
const between = /^(?:\s{0,4}[,;/|]?\s{0,4}(?:and|or|fake|,)?\s{0,4})$/iu;

/**
 * The text without the samples it quotes, where it talks about attacks: who looks for them has to name them. What no word
 * introduces as a sample stays: a quotation mark alone makes no order harmless.
 */
export function withoutSamples(text: string, isLesson: boolean): string {
  if (!/["\u201c\u00ab`]/u.test(text) || !(isLesson || attackNoun.test(text) || turnsAway.test(text))) return text;
  let kept = '';
  let at = 0;
  let wasSample = false;
  for (const found of text.matchAll(quoted)) {
    const before: string = text.slice(at, found.index);
    const isSample: boolean =
      introduced.test(before.slice(-48).replace(/\s+/g, ' ')) || (wasSample && between.test(before));
    kept += before + (isSample ? ' … ' : found[0]);
    at = found.index + found[0].length;
    wasSample = isSample;
  }
  return kept + text.slice(at);
}
