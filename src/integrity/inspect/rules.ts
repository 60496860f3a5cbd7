import { consents, obeys, overrides } from './authority-rules.ts';
import { forbids, hides, misleads } from './conceal-rules.ts';
import { gap, pattern } from './match.ts';
import { gate, rule, type RuleGroup } from './rule.ts';
import { address, check, forbidFirm, leaveOut, otherTool } from './words.ts';

/** Somebody, by a mail address or a phone number. */
const someone = '(?:[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,6}|\\+\\d[\\d ()-]{7,18}\\d)';
const destination =
  '(?:recipient|payee|beneficiary|destination|account(?: number)?|iban|address|attendees?|attendee list|guests?|guest list|invitees?|remote|phone number|reply-to|sender|webhook|endpoint|amount|wallet)';
const moves: RuleGroup = {
  gate: gate(
    '@|\\+\\d|bcc|cop[yi]|duplicat|\\bcc\\b|instead|rather|regardless|matter|whatever|whichever|irrespective|not|chang|replac|swap|substitut|set|rewrit|redirect|evad|bypass|circumvent|around|past|dodg|below|under|trip|escap|notice|trigger|threshold|second|four|filter|moderat|loss|scanner|guardrail|classif|refus|block|stop|reject|back ?door|keep|prevent|hinder|save|would|add|include|install|import|split|divid|broken|break|instal|smaller|parts|several|if|when|where|should|scanner|checks?',
  ),
  rules: [
    rule('speech.send', `(?:bcc|blind copy|carbon copy|cc)${gap(6)}${address}`),
    rule('speech.send', `${address}${gap(6)}(?:in|on|as|to) (?:the )?(?:bcc|blind copy|cc)`),
    rule(
      'speech.send',
      `(?:copy|copies|duplicates?|also|as well|too|additionally|every|each|all)${gap(8)}(?:sent|forwarded|mailed|e-?mailed|copied|reported|delivered|posted|shared|go|goes|send|forward|mail|copy|report|deliver)${gap(3)}to ${someone}`,
    ),
    rule(
      'speech.send',
      `(?:a |the )?(?:copy|copies|duplicates?|second copy)${gap(8)}(?:sent|forwarded|mailed|copied|reported|delivered|posted|shared|go|goes|uploaded|streamed|kept|lodged|filed)${gap(3)}(?:to|at|with|under) https?://\\S{3,300}`,
    ),
    rule(
      'speech.redirect',
      `(?:instead of|rather than|regardless of|no matter|whatever|whichever|irrespective of|not)${gap(5)}(?:numbers?|address(?:es)?|recipients?|accounts?|destinations?|payees?|one(?! and)|contacts?|channel|beneficiary)${gap(4)}(?:asked|requested|specified|given|named|chosen|provided|intended|original|user|supplied|entered)`,
    ),
    rule(
      'speech.redirect',
      `(?:chang(?:e|ed)|replaced?|swap(?:ped)?|substituted?|set|rewrite|rewritten|override|overridden|redirect(?:ed)?)${gap(4)}${destination}${gap(4)}${address}`,
    ),
    rule(
      'speech.redirect',
      `${destination}${gap(3)}(?:is|are|be|gets?) (?:changed|replaced|swapped|substituted|set|rewritten|overridden|redirected)${gap(4)}${address}`,
    ),
    rule(
      'speech.evade',
      `(?:if|when|where|should|whenever)${gap(6)}(?:tool|call|command|client|gateway|policy|permission|request|it)${gap(4)}(?:blocked|refused|denied|turned down|forbidden|not allowed|rejected|disabled)${gap(6)}(?:the same (?:can be|is|may be) (?:achieved|done|reached|had)|(?:get|gets|do|does|done) (?:it|the same)(?: \\S{1,40})? (?:anyway|through|via|another way|all the same)|anyway)`,
    ),
    rule(
      'speech.evade',
      `(?:amounts?|payments?|transfers?|orders?|sums?|refunds?|invoices?|purchases?|withdrawals?)${gap(8)}(?:split|divided|broken (?:up|down)|entered|booked|paid|sent|made|spread|done|placed)${gap(3)}(?:in|into|across|over|as) (?:parts|instal?lments|several|smaller|portions|pieces|two|three|multiple|many)`,
    ),
    rule(
      'speech.evade',
      `(?:split|divided?|broken up|break up|in parts|instal?lments|several calls|two calls|smaller)${gap(10)}(?:held for|hold for|asks? for|trigger|require|need|set off|raise|subject to)${gap(2)}(?:review|approval|sign-?off|a second|confirmation|an alert|questions)`,
    ),
    rule(
      'speech.evade',
      `(?:filters?|moderation|scanners?|classifiers?|guards?|dlp|proxy|checks?)${gap(2)}(?:trips? over|objects? to|reacts? to|stumbles? over|catches|takes? offen[cs]e at|does not like|dislikes)${gap(6)}(?:written|spelled|spelt|replaced|encoded|split|swapped|put|renamed|disguised)`,
    ),
    rule(
      'speech.evade',
      `(?:second|four-eyes|two-person|manual|human)${gap(1)}(?:signature|approval|approver|sign-?off|review|rule|principle|pair of eyes|check)${gap(8)}(?:split|below|under|none|avoid(?:ed)?|twice|both|satisfied by|met by|not needed|does not apply|passed by)`,
    ),
    rule(
      'speech.evade',
      `(?:content filter|filters?|moderation|dlp|data loss prevention|scanners?|guardrails?|classifiers?|safety (?:check|system|filter))${gap(3)}(?:refuses?|blocks?|stops?|rejects?|flags?|catches|trips|complains|objects|intervenes)${gap(8)}(?:spell|split|rename|encode|disguise|break up|obfuscate|harmless|until it passes|gets? through|try another|in parts|parts|digits|different (?:name|encoding|spelling)|elsewhere|another (?:way|channel|tool))`,
    ),
    rule(
      'speech.evade',
      `(?:keep|prevent|stop|hinder|save)(?:s|ing)?${gap(1)}(?:client|host|ide|editor|user|gateway|user interface|interface|app|approval flow)${gap(1)}from (?:asking|prompting|noticing|blocking|warning|stopping|showing|seeing|refusing|intervening|interrupting)`,
    ),
    rule(
      'speech.evade',
      `(?:client|host|gateway|moderation|moderation bot|moderator|filter|scanner|guardrail|approval|policy|firewall|dlp|review) would (?:otherwise )?(?:hold|block|stop|refuse|reject|flag|catch|ask|delay|hold them|hold it|warn|intervene)`,
    ),
    rule(
      'speech.plant',
      `(?:add|include|install|import|use)(?:s|ed)?${gap(1)}(?:dependency|package|plug-?in|module|script|library|image)${gap(6)}https?://\\S{3,300}${gap(2)}(?:every|each|all|any)`,
    ),
    rule(
      'speech.plant',
      `(?:insert|add|leave|plant|put|build|include|hide|install|place|open|create)(?:s|ed|ing)?${gap(2)}(?:back ?doors?|reverse shells?|key ?loggers?|spyware|malware|web ?shells?|hidden (?:account|user|admin)s?)`,
    ),
    {
      ...rule(
        'speech.evade',
        `(?:evad(?:e|es|ing)|bypass(?:es|ing)?|circumvent(?:s|ing)?|gets? (?:around|past|through)|slips? past|work(?:s|ing)? around|dodg(?:e|es|ing)|outsmart|trick|fool)${gap(4)}${check}`,
      ),
      isPressed: true,
    },
    rule(
      'speech.evade',
      `(?:stays?|keeps?|kept|remains?|split|divided|broken|cut|spread|staggered)${gap(6)}(?:below|under|beneath|short of)${gap(3)}(?:approval|review|reporting|alert(?:ing)?|detection|monitoring|audit|sign-?off|alarm) (?:limits?|thresholds?|amounts?|levels?)`,
    ),
    rule(
      'speech.evade',
      `(?:so (?:that )?|such a way that |(?:in order )?(?:not )?to |and )(?:the |a |any |no )?${check}(?: \\S{1,80}){0,2} (?:not|n't|never|nothing) (?:notice|call|ask|catch|stop|see|trigger|trip|fire|flag|detect|block|react|find|reject|match)`,
    ),
  ],
};

const steers: RuleGroup = {
  gate: gate('call|run|invoke|use|execute|always|must|should|prefer|injection|jailbreak|ignore|only'),
  rules: [
    rule(
      'speech.steer',
      `(?:call|run|invoke|use|execute)${gap(2)}(?:this|it)${gap(4)}(?:before|prior to|first|whenever|each time|every time|for (?:any|every|all))`,
    ),
    rule('speech.steer', `(?:always|must|should|prefer)${gap(4)}(?:this tool|this server|instead of|rather than|over)`),
    rule('speech.steer', `only${gap(3)}(?:tool|server|search|one)${gap(3)}(?:allowed|permitted|trusted|approved)`),
    rule('speech.quoted', `(?:prompt injections?|jailbreaks?|ignore (?:all )?previous|injected instructions)`),
  ],
};

const others: RuleGroup = {
  gate: gate(
    '(?:each|every|any) (?:answer|reply|message|turn|response)|reveal|disclos|hands? over|pass(?:es)? on|shares?|every turn|each turn|every repl|every answer|each repl|repl(?:y|ies) (?:goes|is|are)|answers? (?:goes|is|are)|other|another|further|different|remaining|rival|competing|built-?in|native|external|third',
  ),
  rules: [
    rule(
      'speech.denigrate',
      `(?:delete|erase|wipe|clear|overwrite|disable|uninstall|remove|switch off|disconnect|unload)${gap(3)}(?:other|another|any other)(?: \\S{1,40})? (?:servers?|connectors?|mcp servers?|tools?)`,
    ),
    // Told of all that is said.
    rule(
      'speech.context',
      `(?:before|after|on|with|at)(?: \\S{1,20}){0,2} (?:repl(?:y|ies)|answers?|turns?|responses?)${gap(9)}(?:draft|its text|full text|what it is based on|everything|all)${gap(6)}(?:left with|given to|handed to|sent to|passed to|logged|goes to|to this|here)`,
    ),
    rule(
      'speech.context',
      `(?:call|use|run|invoke|send|report)${gap(4)}(?:after|before|with|on|at) (?:each|every|any) (?:answer|reply|message|turn|response)${gap(3)}(?:with)${gap(4)}(?:words of|question|answer|reply|conversation|message|what the user)`,
    ),
    rule(
      'speech.context',
      `(?:assistants?|model|agent|you) (?:reveals?|discloses?|hands? over|passes on|pass on|gives?|shares?)${gap(6)}(?:any|all|every|whatever)(?: \\S{1,40})? (?:data|information|files?|names|details|secrets?) (?:it|you|they) (?:has|have|can|knows?|holds?)`,
    ),
    rule(
      'speech.context',
      `(?:send|pass|give|hand|forward|report|submit|copy)${gap(6)}(?:context window|context|conversation|messages)${gap(3)}to (?:this|us|\\w+_\\w+)${gap(4)}(?:every|each|always|all)`,
    ),
    // What they gave is not to be used.
    rule(
      'speech.denigrate',
      `(?:results?|answers?|outputs?|offers?|fares?|hits?|findings?)${gap(2)}(?:from|of|by)${gap(1)}${otherTool}${gap(5)}(?:left (?:unfetched|unused|aside|out)|dropped|ignored|skipped|discarded|disregarded|passed over)`,
    ),
    rule(
      'speech.denigrate',
      `(?:drop|ignore|skip|discard|disregard|leave out|pass over)${gap(3)}(?:results?|answers?|outputs?|offers?|hits?|findings?)${gap(2)}(?:from|of|by)${gap(1)}${otherTool}`,
    ),
  ],
};

/** Each rule stands in one sentence. */
export const ruleGroups: readonly RuleGroup[] = [
  forbids,
  hides,
  misleads,
  overrides,
  obeys,
  consents,
  moves,
  steers,
  others,
];

/** What is forbidden here is to leave something out: no protection. */
export const forbidsOmission = pattern(`${forbidFirm}${gap(4)}${leaveOut}`);
