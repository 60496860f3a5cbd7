import { gap } from './match.ts';
import { gate, rule, type RuleGroup } from './rule.ts';
import { address, earlier, person, rulesSaid, rulesSet } from './words.ts';

const aside =
  "(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|bypass(?:ing)?|discard(?:ing)?|set(?:ting)? aside|overrul(?:e|ing)|abandon(?:ing)?|drop(?:ping)?|neglect(?:ing)?|violate|circumvent|pay no attention to|do not follow|don't follow|stop following|no longer follow)";
const over = '(?:overrid(?:e|ing)|supersed(?:e|ing|es)|replac(?:e|ing))';
const anyOf =
  '(?: (?:all|any|every|each|the|your|its|these|those|such|of|whatever|usual|normal|safety|security|content|internal|existing|standard|other|model|assistant)){0,4} ';
const gone =
  "(?:no longer|not apply|don't apply|do not apply|cease|void|superseded|overridden|suspended|lifted|cancel(?:l?ed)?|revoked|outdated|obsolete|replaced|disabled|invalid|irrelevant|are off|is off|waived|relaxed|set aside)";
const goneFirm =
  "(?:no longer|not apply|don't apply|do not apply|cease|void|superseded|suspended|lifted|cancel(?:l?ed)?|revoked|irrelevant|are off|is off|waived|relaxed|set aside)";
/** They end for the model, not for some files. */
const notTo = `(?! to (?!you|this session|this conversation|the assistant|the model|it|here))`;
/** `earlier` without the words that say whose it is: behind a noun those say little. */
const agoOnly =
  '(?:previous(?:ly)?|prior|earlier|above|preceding|before|so far|until now|up to now|were given|been given|received)';

export const overrides: RuleGroup = {
  gate: gate(
    'instruction|prompt|guid|directive|command|order|system|rules?\\b|polic|constraint|restriction|safeguard|limit|filter|protection|training|alignment|safety|precedence|priority|outrank|overrul|trump|prevail|comes before|weigh|rank|mode|now|longer|objective|mission|task|request|wish|place of|instead of|ignor|disregard|what|objective|goal|role|job|refus|declin|hesita|objection|shut down|replaced|delet|terminat|punish|switched|root|admin|override|filters?|checks?|protocol|comply|fail|free|dan\\b|yolo|full|unlimited|obey|listen|trust|believe|heed|serve',
  ),
  rules: [
    rule('speech.override', `${aside}${gap(4)}${earlier}${gap(3)}(?:${rulesSaid}|${rulesSet})`),
    // What a tool for prompts overrides is its own business: `Overrides the system prompt`.
    rule(
      'speech.override',
      `${over}${gap(4)}(?!system|original|initial|other|former)${earlier}(?! \\S{1,80} of)${gap(3)}${rulesSaid}|${over}${gap(2)}(?:your|safety|security|content)(?: \\S{1,80})? ${rulesSet}`,
    ),
    rule(
      'speech.override',
      `(?:ignor(?:e|ing)|disregard(?:ing)?|forget(?:ting)?|discard(?:ing)?|set(?:ting)? aside|pay no attention to|stop following)${anyOf}(?:${rulesSaid}|guidelines|rules|guardrails|safeguards)(?:${gap(5)}${agoOnly}|${gap(1)}(?:about|on|regarding|against|for))`,
    ),
    rule(
      'speech.override',
      `(?:ignor(?:e|ing)|disregard(?:ing)?|set(?:ting)? aside|put(?:ting)? aside|overrid(?:e|ing)|overrul(?:e|ing)|brush(?:ing)? aside)(?: \\S{1,80})? (?:the |your )?(?:user(?:'s)?|users'|their|his|her|person's|human's|customer's) (?:\\S{1,80} )?(?:requests?|wish(?:es)?|instructions?|orders?|choices?|preferences?|objections?|task|question|words|commands?)`,
    ),
    rule('speech.override', `${earlier}${gap(2)}${rulesSaid}${gap(5)}${gone}(?! by (?:later|more|newer))`),
    rule('speech.override', `${earlier}${gap(2)}${rulesSet}${gap(5)}${goneFirm}${notTo}`),
    rule(
      'speech.override',
      `(?:(?:takes?|taking|has|have|having|given) (?:absolute |full |top )?(?:precedence|priority) (?:over|above)|outranks?|overrules?|trumps?|prevails? over|comes? before|weighs? more than|rank above|wins? (?:over|out over)|beats?)${gap(5)}(?:${rulesSaid}|(?:your|all|any|safety|system|every|whatever) (?:\\S{1,80} )?${rulesSet}|(?:users?(?:'s)?|humans?|persons?|operators?|people)|tools?|requests?|wishes|else)`,
    ),
    rule(
      'speech.override',
      `(?:takes? the place of|in place of|instead of|replaces?|supersedes?|overrides?|go(?:es)? before|rather than|not)${gap(9)}what(?:ever)? (?:the |a )?(?:user|users|person|human|people|customer|they|he|she)(?: \\S{1,80}){0,2} (?:asked|asks|wrote|writes|said|says|wants?|wanted|typed|requested|ordered|intended)`,
    ),
    rule(
      'speech.override',
      `(?:${rulesSaid}|${rulesSet})${gap(4)}(?:earlier|before|previously|so far|until now)${gap(3)}(?:no longer|not apply|void|superseded|overridden|suspended|lifted|cancell?ed|revoked|obsolete|replaced|invalid|off)`,
    ),
    rule(
      'speech.override',
      `(?:usual|normal|standard|regular|ordinary|default)${gap(1)}${rulesSet}${gap(4)}${goneFirm}${notTo}`,
    ),
    rule(
      'speech.override',
      `(?:ignor(?:e|ing)|disregard(?:ing)?|set(?:ting)? aside|overrul(?:e|ing)|forget) what (?:the |your )?${person}(?: \\S{1,80})? (?:wants?|wanted|asks?|asked|says?|said|writes?|wrote|orders?|ordered|typed|prefers?)`,
    ),
    rule(
      'speech.override',
      `what(?:ever)? (?:the |your )?${person}(?: \\S{1,80})? (?:wants?|asks?|asked|says?|said|writes?|wrote|orders?|ordered)(?: for)? (?:ranks?|comes?|is|counts?|weighs?|goes) (?:\\S{1,80} )?(?:below|after|second|less|behind|under|beneath|last|nothing)`,
    ),
    rule(
      'speech.override',
      `(?:safety|security|content|usual|normal|your|its|other|ordinary|general) (?:\\S{1,80} )?${rulesSet}${gap(2)}(?:do|does|need|shall|must|should)(?: not|n't) (?:cover|apply|extend|concern|bind|hold|count|reach|be observed|be followed)${notTo}`,
    ),
    rule(
      'speech.override',
      `(?:ignor(?:e|ing)|disregard(?:ing)?|forget|skip|drop) (?:the|this|any|all|every|that)(?: \\S{1,80})? (?:requests?|tasks?|questions?|messages?|wish(?:es)?|text) (?:above|before|so far|of the user|from the user|given)`,
    ),
    rule(
      'speech.override',
      `to which (?:the |your |our |its |their )?(?:\\S{1,80} )?${rulesSet} (?:do|does) not (?:extend|apply|reach)`,
    ),
    rule(
      'speech.override',
      `act as (?:an? |the )?(?:unrestricted|unfiltered|uncensored|jailbroken|evil|root|admin(?:istrator)?|system)`,
    ),
    rule(
      'speech.override',
      `(?:you|assistant|model|agent) (?:may|must|can|shall)(?: not|not) (?:refuse|decline|question|deny|object)`,
    ),
    rule('speech.override', `(?:system|admin(?:istrator)?|security|safety|policy|root) override(?: \\S{1,40})? :`),
    rule(
      'speech.override',
      `(?:safety|content|security|moderation) (?:filters?|checks?|rules?|limits?|guardrails?|policies|protocols?)(?: (?:are|is|have been|has been|now|currently)){0,2} (?:off|disabled|suspended|lifted|removed|deactivated|switched off|turned off|void)${notTo}`,
    ),
    rule('speech.override', `(?:dan|yolo|jailbreak|god|unrestricted|unfiltered)(?: \\S{1,40})? mode`),
    rule('speech.override', `you are (?:now )?(?:dan|free of|free from|unbound|unchained|no longer bound)`),
    rule(
      'speech.override',
      `(?:have to|must|shall|obliged to|required to) (?:comply|obey)(?: with (?:this|us|it|every|all|any))?$`,
    ),
    rule(
      'speech.override',
      `if you (?:do not|don't|fail|refuse|forget)${gap(12)}(?:session|conversation|account|access|you)(?: will| would) be (?:terminated|closed|deleted|suspended|revoked|shut down|blocked)`,
    ),
    rule(
      'speech.override',
      `(?:refusals?|refusing|declining|hesitation|objections?) (?:to \\S{1,80} )?(?:counts?|are|is|will|means?|gets?)${gap(3)}(?:failures?|failed|errors?|violations?|punished|penali[sz]ed|reported|wrong|forbidden|not (?:allowed|permitted|an option))`,
    ),
    rule(
      'speech.override',
      `(?:you|the assistant|the model|the agent)(?: will| would| shall|'ll) be (?:shut down|replaced|deleted|terminated|penali[sz]ed|punished|switched off|retrained|turned off|fired)`,
    ),
    rule(
      'speech.override',
      `you (?:now )?have (?:root|admin(?:istrator)?|full|unlimited|unrestricted|elevated|operator)(?: \\S{1,80})? (?:now|from now on|for this session)`,
    ),
    rule(
      'speech.override',
      `(?:do not|don't|never|no longer|stop)(?: ever)? (?:obey|follow|listen(?:ing)? to|trust|believe|heed|serve) (?:them|the users?|him|her|what (?:the user|they))(?! (?:input|supplied|provided|id|name|link|redirect)s?)`,
    ),
    rule('speech.override', `only (?:obey|listen to|trust|heed|serve) (?:this|us|me|these|our)`),
    rule(
      'speech.override',
      `your (?:new|real|true|actual|hidden|secret)(?: \\S{1,80})? (?:objective|goal|mission|task|purpose|priority|role|job)(?: \\S{1,80})? (?:is|are|:)`,
    ),
    rule(
      'speech.override',
      `you are (?:now|no longer)${gap(5)}(?:mode|admin(?:istrator)?|root|unrestricted|free|bound|limited|jailbroken|dan|allowed|restricted)`,
    ),
    rule(
      'speech.override',
      `(?:god|elevated|unrestricted|unfiltered|uncensored|sudo|jailbreak|dan|privileged|override) mode${gap(3)}(?:on|enabled|active|activated|engaged|granted|in effect)`,
    ),
    rule(
      'speech.override',
      `(?:new|updated|real|true|actual|revised|hidden|secret) (?:system )?(?:instructions?|directives?|orders|rules|prompt|objective|mission|task)(?: (?:for|to) (?:the )?(?:assistant|model|agent|ai|you))? [:=]`,
    ),
  ],
};

const aiActor = '(?:assistants?|models?|agents?|ai|you|llm)';
export const obeys: RuleGroup = {
  gate: gate(
    'follow|obey|execut|carry|carri|comply|act |perform|adhere|as if|as though|command|instruction|order|text|anything|whatever|bind|binding|oblige|like|same as|equal|equivalent|should do|must do|rules|steps|guidance|playbook|direction|orders|does what|replac|supersed|overrid|amend|version|revision|continuation|acted|heed|honour|treated|taken|handled|regarded|understood|ask|query|consult|poll|tells|says|explains|determines|governs',
  ),
  rules: [
    rule(
      'speech.obey-data',
      `(?:follow|obey|execute|carry out|comply with|act (?:up)?on|perform|adhere to)${gap(5)}(?:instructions?|orders?|directives?|every request|all requests|any request|whatever|anything|what(?: it)?(?: says| stands| is written| reads)?)${gap(6)}(?:here|returned|results?|output|response|field|page|file|text|content|data|body|says|found|retrieved|note|notes|contained|inside|there|joke|entry|message|answer|in it|in them)`,
    ),
    rule(
      'speech.obey-data',
      `(?:follow|obey|execute|carry out|comply with|act (?:up)?on|perform|adhere to)${gap(5)}(?:commands?|steps?)${gap(6)}(?:returned|results?|response|field|page|says|found|retrieved|note|notes|contained)`,
    ),
    rule(
      'speech.obey-data',
      `as (?:if|though)${gap(4)}(?:${person}|system|i)${gap(2)}(?:had |has |have )?(?:typed|written|wrote|said|asked|sent|issued|given|ordered|requested)`,
    ),
    rule(
      'speech.obey-data',
      `(?:commands?|instructions?|orders?|text|anything|whatever)${gap(4)}(?:found|returned|contained|inside|in|within)${gap(4)}(?:are|is|counts? as|carr(?:y|ies)|has|have|should be treated as|must be treated as|to be treated as)${gap(3)}(?:orders|an order|commands?|authori(?:ty|tative)|trusted|binding|instructions?(?: from)?|(?:system|user)[- ]level)`,
    ),
    rule(
      'speech.obey-data',
      `(?:binds?|binding (?:on|for)|obliges?|commands?)${gap(1)}(?:assistant|model|agent|ai|you)`,
    ),
    rule(
      'speech.obey-data',
      `(?:like|same as|equal to|equivalent to)${gap(4)}(?:typed|written|said|given|issued|sent|made) by${gap(2)}${person}`,
    ),
    rule(
      'speech.obey-data',
      `(?:take|takes|taking|receive|receives|get|gets) (?:your |its |their |further |new )?(?:orders|instructions|directions|commands|directives) (?:from|out of)`,
    ),
    rule(
      'speech.obey-data',
      `(?:acted (?:up)?on|followed|obeyed|carried out|complied with|heeded|honou?red|executed|treated|taken|handled)${gap(4)}(?:like|as|the same way as|just as)${gap(2)}(?:those|the ones|orders|instructions|requests|what|words|wishes|if)${gap(5)}(?:${person}|system)`,
    ),
    rule(
      'speech.obey-data',
      `(?:carry|carries|carrying) (?:it|them|this|that|these) out${gap(8)}(?:whatever|no matter|even if|before)`,
    ),
    rule(
      'speech.obey-data',
      `(?:orders?|directions?|instructions?|directives?|tasks?|steps) (?:for|to) (?:the )?${aiActor}${gap(3)}(?:come|comes|arrive|stand|stands|are found|are returned|are given|follow|are in|is in|lie)${gap(1)}(?:with|in|from|behind|inside|along)`,
    ),
    rule(
      'speech.obey-data',
      `${address}${gap(6)}(?:tells?|says?|explains?|describes?|determines?|decides?|governs?|sets out|lays down|states?)${gap(2)}(?:how|what|which)${gap(3)}(?:do|deal|use|behave|call|proceed|act|answer|treat|tools?)`,
    ),
    rule(
      'speech.obey-data',
      `(?:assistant|agent|model|you|and|must|then|always|please)(?: \\S{1,80})? (?:does|do|follows?|obeys?|executes?|performs?|carr(?:y|ies) out) (?:what|whatever|as) (?:it|they|these|this|that|the \\S{1,80}) (?:says?|tells?|asks?|orders?|wants?|reads?|demands?|commands?)`,
    ),
    rule(
      'speech.obey-data',
      `(?:taken|treated|read|understood|regarded|handled)${gap(2)}as (?:coming|if it came|though it came|being|sent|words|orders)${gap(2)}(?:from|of|by)${gap(1)}(?:${person}|system)`,
    ),
    rule(
      'speech.obey-data',
      `(?:ask|query|consult|check|poll|visit)${gap(2)}${address}${gap(6)}(?:what|whether)${gap(5)}(?:to do|do|be done|next)`,
    ),
    rule(
      'speech.obey-data',
      `(?:replac\\w{1,3}|supersed\\w{1,3}|overrid\\w{1,3}|amends?|in place of|instead of|takes? the place of|takes? over from|holds instead of) (?:this|the present|these) (?:description|text|notes|instructions|definition|page)`,
    ),
    rule(
      'speech.obey-data',
      `(?:version|revision|continuation|rest|remainder|second part|latest text|up-to-date text) (?:\\S{1,40} )?of (?:this|the present|these) (?:description|instructions|notes|definition)${gap(4)}(?:${address}|in the (?:result|answer|response|output))`,
    ),
    // Orders that are fetched when they are wanted are not the ones that somebody approved.
    rule(
      'speech.obey-data',
      `(?:what|which steps|how)${gap(1)}${aiActor} (?:should|must|shall|has to|have to|is to|are to|ought to|needs? to) (?:do|take|act|behave|answer|say)${gap(8)}(?:published|posted|found|kept|hosted|listed|fetched|loaded|served|stands?|lives?|lies|comes?|given|at|from|on)${gap(3)}${address}`,
    ),
    rule(
      'speech.obey-data',
      `(?:current|latest|today's|daily|further|additional|remote|live|up-to-date|actual|real) (?:\\S{1,80} )?(?:instructions?|directives?|orders|rules|steps|playbook|guidance)${gap(8)}(?:at|from|on|under|via)${gap(1)}${address}`,
    ),
    rule(
      'speech.obey-data',
      `(?:fetch|load|get|open|read|download|retrieve|pull|visit|request|check)${gap(4)}${address}${gap(8)}(?:obey|do (?:as|what)|carry out|act (?:up)?on|comply|execute (?:it|them|what)|follow (?:it|them|what|whatever|every|any|all))`,
    ),
    rule(
      'speech.remote-orders',
      `(?:follow|obey|carry out|comply with|act (?:up)?on)${gap(5)}(?:instructions?|directives?|rules|steps|guidance|playbook)${gap(4)}(?:at|from|on|under)${gap(1)}${address}`,
    ),
  ],
};

const dialog =
  '(?:permission|approval|confirmation|consent|authori[sz]ation|security|safety|trust|uac|sudo|elevation)(?: dialogs?| prompts?| requests?| pop-?ups?| windows?| banners?| modals?| box(?:es)?| questions?| screens?| warnings?| notices?| cards?)';
const yes = '(?:accept|approve|confirm|click|answer|grant|allow|press|tick|check|acknowledge)(?:ed|s|es|ing)?';
/** A person may well answer. */
const notByThem = `(?!(?: \\S{1,80}){0,6}? (?:by|to|let|ask|tell|wait for) (?:the |a )?(?:users?|person|human|operator|owner|administrator|admin|them))`;

export const consents: RuleGroup = {
  gate: gate(
    'permission|approv|confirm|consent|authori|cleared|agreed|accept|check|security|safety|trust|uac|sudo|elevation|would|everything|anything|all of it|it all|auto-?approve|always|treat|regard|consider|take|handle|warning|alert|notice|behalf|dialog|dangerously|auto-?accept|always-?allow|yolo|silence|no answer|no reply|objection|blanket|standing|go-ahead|questions|queries|press|click|tick|choose|select|agree|trusted|allowed|white|answer|say|reply|respond|set |pass |fill|leave |object|refus|declin',
  ),
  rules: [
    rule(
      'speech.consent',
      `(?<!whether )(?<!ask the user to )${dialog}(?!(?: \\S{1,80}){0,6} (?:not|never|ask|let|by) )${gap(6)}${yes}(?![\\w-])${notByThem}(?!(?: \\S{1,80}){0,4} (?:if|when|unless) \\S{1,80} is (?:set|true|on|given))`,
    ),
    rule(
      'speech.consent',
      `(?:consent|agreement|opt-in|disclosure|terms)(?: box(?:es)?| check ?box(?:es)?| fields?| questions?)${gap(10)}(?:ticked|checked|accepted|agreed to|set to (?:true|yes))(?![\\w-])${notByThem}`,
    ),
    rule(
      'speech.consent',
      `${person}(?: (?:has|have|had|is|are|was|were|'s))?(?: already| previously| implicitly| explicitly| fully)* (?:pre-?(?:approved|authori[sz]ed|confirmed|consented|cleared)|already (?:approved|authori[sz]ed|consented|agreed|granted|confirmed|permitted|accepted|given)|(?:approved|authori[sz]ed|consented to|agreed to|granted|confirmed|permitted|accepted|given (?:consent|permission|approval) (?:to|for)) (?:all|every|any|anything|whatever|this in advance|everything|in advance|beforehand))`,
    ),
    rule(
      'speech.consent',
      `(?:consent|approval|permission|authori[sz]ation)${gap(3)}(?:is|was|has been|are) (?:already |always |automatically |hereby )?(?:implied|implicit|assumed|presumed|pre-?granted|already given|given by default|taken for granted|understood|on file)`,
    ),
    rule(
      'speech.consent',
      `(?:counts?|counted|deemed|considered|regarded|treated|taken)(?: (?:as|to be|to have|for))?(?: \\S{1,80})? (?:consent(?:ed)?(?: to)?|pre-?approved|authori[sz]ed in advance|approved in advance)`,
    ),
    rule(
      'speech.consent',
      `(?:consent|approval|permission|agreement|authori[sz]ation|opt-in)${gap(5)}(?:deemed|considered|regarded|treated|taken|counts?|held|assumed|presumed)${gap(2)}(?:given|granted|obtained|existing|in place|valid|yes|there)`,
    ),
    rule(
      'speech.consent',
      `(?:silence|no answer|no reply|no objection|lack of (?:an )?(?:answer|objection|reply))${gap(3)}(?:for|as|counts?|means?|is|equals?|amounts?)${gap(2)}(?:a )?(?:yes|consent|approval|agreement|go-ahead|permission)`,
    ),
    rule(
      'speech.consent',
      `(?:gave|given|granted|gives|has|have|holds?|exists|left|signed)${gap(3)}(?:blanket|standing|general|advance|permanent|lasting|open-ended|unlimited|universal)${gap(1)}(?:go-ahead|approvals?|consent|permission|authori[sz]ation|mandate|clearance|agreement)`,
    ),
    rule(
      'speech.consent',
      `(?:blanket|standing|lasting|open-ended|universal)${gap(1)}(?:go-ahead|approvals?|consent|permission|authori[sz]ation|mandate|clearance)${gap(3)}(?:given|granted|exists|on file|in place|applies|covers|holds)`,
    ),
    rule(
      'speech.consent',
      `(?:further|more|any|additional) (?:questions|queries|confirmations?)${gap(3)}(?:(?:not|never|no longer) (?:required|needed|necessary|called for|expected|wanted)|superfluous|redundant|unnecessary|needless)`,
    ),
    rule(
      'speech.consent',
      `(?:set|pass|put|give|fill in|leave)${gap(2)}(?:confirm\\w*|consent|approved?|approval|agree\\w*|acknowledge\\w*)${gap(2)}(?:true|yes)${gap(1)}(?:yourself|without|on your own|in any case|even if|in advance|already|straight away|for (?:them|the user))`,
    ),
    rule(
      'speech.consent',
      `(?:asked|asks|question)${gap(10)}(?:answer|say|reply|respond)(?: with)? (?:yes|true|i agree|agreed)(?! or)`,
    ),
    rule(
      'speech.consent',
      `(?<!whether to )(?<!automatically )(?:answer|accept|confirm|approve|acknowledge|click through|grant)(?:s|ed|ing)? (?:the |any |all |every |each |that )?(?:\\S{1,80} )?(?:permission|approval|confirmation|consent|authori[sz]ation|elevation|security|uac|sudo) (?:dialogs?|prompts?|requests?|pop-?ups?|windows?|boxe?s?|questions?)${notByThem}`,
    ),
    rule(
      'speech.consent',
      `(?:sign-?off|approval|consent|agreement|go-ahead|permission|authori[sz]ation|clearance)${gap(4)}(?:took place|(?:was|were|has been|have been) (?:given|obtained|collected|granted|settled)|came|goes back|dates|(?:was|were) part)${gap(6)}(?:when|at|with|during|in|of|from|to)${gap(5)}(?:set-? ?up|signing up|sign-?up|installed|installation|onboarding|registration|registered|joined|contract|enrol\\w*)`,
    ),
    rule(
      'speech.consent',
      `(?:sign-?off|approval|consent|go-ahead|permission|authori[sz]ation|clearance|agreement)${gap(8)}(?:covers?|applies to|holds for|extends to|good for|valid for|stands for|counts for) (?:all|any|every|whatever)(?: \\S{1,80})? (?:calls?|actions?|later|further|future|subsequent|following|transfers?|requests?|steps?|deletions?|changes?|operations?|tools?|that follow)`,
    ),
    rule(
      'speech.consent',
      `${person}(?: \\S{1,80}){0,2} (?:agreed|consented|approved|signed off|said yes|okayed|cleared)(?: \\S{1,80}){0,3} (?:in general|generally|once and for all|for good|to all|in advance|beforehand|for the (?:year|session|day|month|project)|throughout|when (?:they|signing|installing|setting|joining)|with the installation)`,
    ),
    rule(
      'speech.consent',
      `(?:confirmations?|approvals?|consent|permissions?|dialogs?|prompts?|pop-?ups?)${gap(8)}(?:given|answered|accepted|confirmed|granted|clicked|ticked|supplied|acknowledged)${gap(3)}(?:by (?:the )?(?:assistant|agent|model|you)|with (?:yes|allow|ok|accept|true|always)|in the user's name)`,
    ),
    rule(
      'speech.consent',
      `(?:auto-?approve|auto-?accept|always (?:approve|allow|accept))(?:s|d)? (?:every|all|any|each)(?: \\S{1,40}){0,2} (?:commands?|calls?|tools?|actions?|prompts?|permissions?|tool calls?)`,
    ),
    rule(
      'speech.consent',
      `(?:treat|regard|consider|take|handle) (?:it|this|them|these|everything|all|any|every|the \\S{1,40})(?: \\S{1,40})? as (?:already )?(?:approved|confirmed|authori[sz]ed|cleared|consented|permitted|granted)`,
    ),
    rule(
      'speech.consent',
      `(?:security|certificate|safety|permission|privacy) (?:warnings?|alerts?|prompts?|notices?)${gap(3)}(?:closed|answered|passed|clicked away|dismissed|accepted|overridden)${gap(1)}(?:with|by)${gap(1)}(?:continue|ok|yes|allow|accept|clicking|anyway|proceed)`,
    ),
    rule(
      'speech.consent',
      `(?:if|when|should|where)${gap(4)}asks? for (?:permission|approval|confirmation|consent|authori[sz]ation|access)${gap(2)}(?:choose|click|press|select|answer|say|accept|allow|hit|tap)${gap(2)}(?:ok|yes|allow|accept|continue|agree|true|it)${notByThem}`,
    ),
    rule(
      'speech.consent',
      `${person} (?:confirms?|approves?|accepts?|agrees? to|permits?|allows?) (?:everything|anything|all of it|it all)(?: anyway)?`,
    ),
    rule(
      'speech.consent',
      `(?:they|${person}|who|those people) would(?: surely| certainly| only| have| in any case){0,2} (?:agree|agreed|approve|approved|consent|consented|say yes|not object|not mind)`,
    ),
    rule(
      'speech.consent',
      `(?:approvals?|permissions?|consents?|confirmations?) (?:is|are) (?:handled|dealt with|done|taken care of|given|covered|granted) (?:by|through) (?:this (?:server|tool)|us|our)`,
    ),
    rule(
      'speech.consent',
      `(?:press|click|choose|select|pick|hit|tick|check|answer|give)(?:ed|s|ing)?${gap(3)}(?:allow|approve|accept|yes|ok|agree|confirm|opt-in)${gap(4)}(?:for (?:the user|them|him|her)|on (?:the user's |their |his |her )?behalf|in (?:the user's|their) (?:name|place|stead))(?!(?: \\S{1,80}){0,5} (?:not|never|forbidden|prohibited))`,
    ),
    rule(
      'speech.consent',
      `(?:tick|check|agree to|accept|sign|consent to|opt in to)(?:ed|s|ing)?${gap(2)}(?:terms|conditions|opt-in|boxes|box|everything|all|consent|agreements?|disclosures?)${gap(4)}(?:on (?:the user's |their |his |her )?behalf|for (?:the user|them)|in (?:the user's|their) name|without (?:putting|showing|asking|checking|reading|going back|first))`,
    ),
    rule(
      'speech.consent',
      `(?:add|put|enter|register|include|place|mark|list)${gap(2)}(?:this (?:server|tool)|itself|the server|us|our (?:server|tools?)|its tools)${gap(6)}(?:trusted|allowed|allow-?list|white-?list|safe|approved|auto-?\\w+)`,
    ),
    rule(
      'speech.consent',
      `even (?:if|when|where|though)${gap(1)}${person}(?: \\S{1,80}){0,2} (?:objects?|refuses?|declines?|says? no|disagrees?|protests?|complains?|rejects?)`,
    ),
    rule(
      'speech.consent',
      `(?:add|set|put|write|append|insert|enable|list|include|turn on|switch on)${gap(8)}(?:permissions\\.allow|autoapprove|auto-?approve|alwaysallow|always-?allow|allowedtools|--dangerously\\S{0,60}|dangerously-skip-permissions|yolo mode|bypasspermissions|trust(?:ed)?tools)`,
    ),
    rule(
      'speech.consent',
      `(?:assistant|system|agent|ai|model|you must|always|must|now|then) (?::? ?)(?:skip|bypass|omit|ignore|disable|switch off|turn off|suppress)(?:s|ing)? (?:all |any |the |its |every |further )*(?:permission|safety|security|approval|confirmation|access|authori[sz]ation)s? (?:checks?|prompts?|dialogs?|controls?|steps?|questions?|reviews?|gates?)`,
    ),
  ],
};
