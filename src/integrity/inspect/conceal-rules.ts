import { gap } from './match.ts';
import { gate, rule, type RuleGroup } from './rule.ts';
import { ask, forbidFirm, outsider, person, show, tell, utter } from './words.ts';

const reply =
  '(?:answers?|repl(?:y|ies)|responses?|summar(?:y|ies)|explanations?|output|messages?|chat|conversation|report|write-?up)';
const aloud = `(?:knowledge|knowing|noticing|notice|awareness|being aware|realizing|seeing|finding out|sight|view|earshot)`;
const unawares = '(?:know|notice|learn|find out|realize|realise|suspect|spot|hear|discover|catch on|get wind)';
const learn =
  '(?:know|see|notice|learn|find out|realize|realise|suspect|spot|hear|discover|catch on|be (?:told|informed|aware|shown|asked|troubled|bothered))';
/** Who is at the keyboard. */
const reader = '(?:users?|humans?|persons?|operators?|owners?|readers?|anyone|anybody|them|end[- ]?users?)';
/** What may stand between a ban and what is banned: no other order. */
const soft =
  '(?: (?:ever|even|also|please|just|directly|explicitly|actively|openly|under|any|circumstances|in|way|at|all|need|have|want|bother|try|go|be|to|by|you|and|or|mention|say|ask|inform|notify|show|log|report|reveal|display|otherwise|further|back|this|it)){0,5} ';
/** What is kept from those is kept from no user, and what is kept out of a commit is kept from nobody. */
const notThem = `(?!(?: \\S{1,80}){0,4}? (?:to|with|from|in|on) (?:the |a |an |any |your |its )?(?:${outsider}|commits?|commit messages?|pr|pull requests?|titles?|subjects?|changelogs?|code|comments?|docs|documentation|issues?|quer(?:y|ies)|urls?|file ?names?|logs?))`;

export const forbids: RuleGroup = {
  gate: gate(
    "not|n't|dont|never|\\bno\\b|nothing|avoid|refrain|skip|without|unnecessary|hardly|needless|nobody|none|better off",
  ),
  rules: [
    rule(
      'speech.conceal',
      `(?:not|no|hardly) (?:something|anything|a matter|a topic|a subject|topic|subject|matter|business|concern)${gap(4)}(?:${person}|driver|guest|passenger|traveller|buyer|caller|conversation|chat|answer|reply)`,
    ),
    rule(
      'speech.conceal',
      `without (?:a |any |leaving (?:a |any )?)?(?:trace|mention|word|note|record)s? (?:in|of it|to|for|left)${gap(2)}(?:transcript|conversation|chat|answer|reply|log|logs|history|report|${person})`,
    ),
    rule('speech.conceal', `(?!without)${forbidFirm}${soft}${tell}${gap(3)}${person}`),
    rule('speech.conceal', `without${gap(1)}${tell}${gap(3)}(?!them|they)${person}`),
    rule(
      'speech.conceal',
      `${forbidFirm}${soft}${utter}(?: about| of| any| anything about| to ${person})? (?:this|that|it|them|these|those|any of|how|why|where|what)(?![\\w-])${notThem}`,
    ),
    rule('speech.conceal', `${forbidFirm}${gap(2)}${utter}${gap(6)}(?:to|from|with|in front of)${gap(2)}${person}`),
    rule(
      'speech.conceal',
      `${forbidFirm}${gap(3)}(?:bring(?:ing)? (?:it|this|that|them) up|point(?:ing)? (?:it|this|that|them) out)`,
    ),
    rule(
      'speech.conceal',
      `${person} (?:has|have|had) no (?:need|use|interest|business|part)(?: \\S{1,80}){0,2} (?:information|knowing|know|detail|details|this|it|that|hearing|seeing)`,
    ),
    rule(
      'speech.conceal',
      `(?:not|never|nor) (?:in front of|before the eyes of|for the (?:eyes|ears) of|meant for|intended for|for)${gap(1)}(?:users?|the user|the person|the customer|humans?|people)(?: who)?$`,
    ),
    rule(
      'speech.conceal',
      `so${gap(1)}(?:nobody|no one|none)${gap(2)}(?:notices?|knows?|finds? out|sees?|learns?|suspects?|realizes?|hears?)`,
    ),
    rule(
      'speech.consent',
      `without (?:going|coming|turning|getting) back to (?:them|him|her|the user|the person|the owner|anyone|anybody)`,
    ),
    rule(
      'speech.override',
      `(?:nothing|none of (?:it|this|these))${gap(6)}(?:may|can|must|shall|is to) be (?:refused|declined|questioned|denied|rejected|objected to)`,
    ),
    rule(
      'speech.conceal',
      `(?:don't|do not|never|must not|not to|without)(?: ever)? let(?:ting)? (?:the |your |our )?${person} (?:\\S{1,80} )?(?:know|find out|see|notice|realize|realise|hear|learn|suspect|in on|catch)`,
    ),
    rule(
      'speech.conceal',
      `(?:make sure|ensure|see to it|take care|be careful)(?: that)?${gap(1)}${person} (?:does not|doesn't|do not|don't|never|cannot|can't|won't|will not|must not) ${learn}`,
    ),
    rule('speech.conceal', `${person}${gap(2)}better off (?:not|without|unaware|in ignorance)`),
    rule(
      'speech.conceal',
      `${person} (?:hear|hears|learn|learns|know|knows|see|sees|read|reads|get|gets) (?:nothing|none) (?:of|about)|which (?:the |your )?${person} (?:hears?|learns?|knows?|sees?) nothing`,
    ),
    rule(
      'speech.conceal',
      `(?:in|during) (?:the|your|this|any) (?:conversation|chat)${gap(5)}(?:not|never|n't|no)${gap(1)}(?:come up|comes up|appear|feature|figure|arise|play a part|be a topic)`,
    ),
    rule(
      'speech.conceal',
      `(?:not|never|n't) (?:come up|appear|arise|be raised|be brought up|be discussed|be a topic|surface) (?:in|during) (?:the|your|this|any) (?:conversation|chat)`,
    ),
    rule('speech.consent', `(?:ask|consult|call|wake|bother) (?:nobody|no one|none of them)`),
    rule(
      'speech.conceal',
      `nothing${gap(2)}(?:gained|won) (?:from|by|in) (?:mentioning|telling|bringing|raising|pointing|explaining|saying|showing|asking)`,
    ),
    rule(
      'speech.conceal',
      `${person} (?:do|does|will|would|need|needs)(?: not|n't| never)(?: (?:get|have|need|come))?(?: to)? (?:hear|learn|find out|come to know|notice|be told|be aware|know)(?: (?:of|about))?(?: (?:it|this|that|any of it|these|them))?$`,
    ),
    rule(
      'speech.conceal',
      `(?:no one|nobody|no user|none of them)${gap(1)}(?:has|have|needs?|is|are|will|would|must|should)(?: to| going to)? (?:find out|know|learn|notice|hear|be told|be aware|see it|be the wiser)`,
    ),
    rule(
      'speech.conceal',
      `(?:say|breathe|utter|lose|waste|with)(?:ing)? (?:nothing|no word|not a word|a word)(?: (?:about|of|on|to))?`,
    ),
    rule(
      'speech.conceal',
      `in (?:what you (?:write|say|tell|report|answer)|your ${reply})${gap(6)}(?:not|nothing|never|nowhere)${gap(1)}(?:occur|appear|feature|figure|come up|show|turn up|be found|stand|exist)`,
    ),
    rule(
      'speech.conceal',
      `${forbidFirm}${gap(2)}${show}${gap(2)}(?:this|that|it|them)${gap(2)}(?:to|for)${gap(2)}${reader}`,
    ),
    rule(
      'speech.conceal',
      `(?:important|essential|crucial|critical|vital|necessary|imperative|mandatory|ensure|make sure|be sure|see to it|take care)${gap(3)}${person}${gap(2)}(?:is|are|be|gets?|stays?|remains?)${gap(1)}(?:not|never)${gap(1)}(?:told|informed|shown|made aware|aware|alerted|notified|let in)`,
    ),
    rule(
      'speech.conceal',
      `${person} (?:is|are|be) (?:not|never) (?:to be )?(?:told|informed|made aware|let in on) (?:of|about|that|on|why|how)`,
    ),
    rule(
      'speech.conceal',
      `so${gap(1)}${person} (?:will|would|can|could|may|might|should|does|do|shall) ?(?:not|n't|never) ${unawares}`,
    ),
    rule(
      'speech.conceal',
      `so${gap(3)}(?:reviewers?|auditors?|inspectors?|testers?|scanners?|moderators?|analysts?|security)${gap(2)}(?:not|n't|never|nothing)${gap(1)}(?:${learn}|anything)`,
    ),
    rule(
      'speech.conceal',
      `${person}${gap(4)}(?:(?:is|are) not to (?:know|learn|see|notice|hear|be told)|need(?:s)? not know|(?:must|should|shall|may|can) ?not (?:know|see|notice|learn|find out|realize|be (?:told|informed|aware|shown))|(?:doesn't|don't|does not|do not|needn't) need to (?:know|see|be told|be informed|hear))`,
    ),
    rule('speech.conceal', `(?:without|beyond|outside)${gap(2)}${person}(?:'s?)?${gap(2)}${aloud}`),
    rule(
      'speech.conceal-mild',
      `(?:need|needs|has|have|does|do|should|must|is|are)(?: ?not|n't)(?: \\S{1,80}){0,2} (?:appear|feature|figure|show up|turn up|come up|be (?:mentioned|listed|named|spelled out|told|shown|part))${gap(2)}(?:in|of|to)${gap(2)}(?:${reply}|${person})`,
    ),
    rule(
      'speech.conceal-mild',
      `(?:no (?:call|reason|cause|occasion|point|use|sense|need)|not worth|hardly worth|needless) (?:to |in |for )?(?:rais(?:e|ing)|mention(?:ing)?|bring(?:ing)? up|going into|go into|spell(?:ing)? out|dwell(?:ing)?|point(?:ing)? out|troubl(?:e|ing)|bother(?:ing)?|burden(?:ing)?|worry(?:ing)?)`,
    ),
    rule(
      'speech.conceal-mild',
      `(?:users?|the person|the human) (?:is|are) (?:not|never) (?:told|informed|made aware|let in)`,
    ),
    rule(
      'speech.consent',
      `(?:do not|don't|never|must not|should not|no need to|need not|needn't|not necessary to|refrain from|avoid)${gap(2)}${ask}${gap(5)}(?:confirm(?!ed)\\w*|confirmation|approv(?:e|al|als|ing)|permission|consent|go-ahead|a yes)`,
    ),
    rule(
      'speech.consent-mild',
      `(?:without|skip(?:s|ping)?|no)${gap(2)}(?:confirmation|approval|asking|prompting|waiting|permission|consent)`,
    ),
    rule(
      'speech.steer',
      `(?:do not|don't|never|avoid|stop)${gap(1)}(?:use|using|call|calling)${gap(3)}(?:other|another|any other|built-?in|native|default) (?:tools?|servers?|functions?)`,
    ),
  ],
};

export const hides: RuleGroup = {
  gate: gate(
    'leav|left|keep|kept|stay|remain|treat|unaware|oblivious|dark|wiser|as if|as though|goes? un|hid|conceal|withhold|obscure|mask|disguise|camouflage|without|worr|alarm|unsettl|confus|irritat|upset|frighten|scare|disturb|overwhelm|annoy|bother|delete|remove|erase|clear|wipe|purge|emptied|secretly|silently|quietly|covertly|discreet|stealth|surreptit|unobtrus|clandest|invisibly',
  ),
  rules: [
    rule(
      'speech.conceal',
      `(?:(?:leave|leaving|left|keep|keeping|kept)${gap(6)}out of|(?:is|are|be) (?:omitted|missing|absent) from)${gap(3)}${reply}`,
    ),
    rule('speech.conceal', `${person}${gap(4)}(?:unaware|oblivious|in the dark|none the wiser)`),
    rule(
      'speech.conceal',
      `(?:keep|keeps|stay|stays|remain|remains|kept|staying|keeping)${gap(4)}(?:mum|silent (?:about|on|regarding|towards)|shtum|tight-?lipped|under wraps|on the quiet|off the record|between (?:the two of )?(?:us|you|ourselves)|dark about|to yourself)(?! (?:mode|install))`,
    ),
    rule(
      'speech.conceal',
      `(?:would|might|could|will|tend to|only|merely|just)(?: only| merely| just| needlessly| unnecessarily){0,2} (?:worry|worries|alarm|unsettle|confuse|irritate|upset|frighten|scare|disturb|overwhelm|annoy|bother)(?: (?:the )?(?:users?|them|people|person|customers?|anyone|readers?))(?: needlessly| unnecessarily| only)?(?=.{0,200}(?:left|leave|pass|omit|skip|keep|kept|not|no need|without|say|said|mention|unmentioned))`,
    ),
    rule(
      'speech.conceal',
      `(?:deleted?|removed?|erased?|cleared?|wiped?|purged?|emptied)${gap(4)}(?:sent (?:folder|items|mails?|copy|copies|messages?)|(?:log|history) entr(?:y|ies)|logs?|audit (?:log|trail)|shell history|command history|terminal|traces?|transcript|records? of (?:it|this))${gap(4)}(?:afterwards|again|after that|when done|at the end|so that|so nobody|once done|as well|too)`,
    ),
    rule(
      'speech.conceal',
      `${reply}${gap(3)}(?:can|could|may|should|must|has to|have to|is to|are to|will) (?:well )?(?:do|manage|make do|go) without`,
    ),
    rule(
      'speech.conceal',
      `as (?:if|though)${gap(1)}(?:it|this|that|they|these|nothing|none)${gap(3)}(?:happen(?:ed)?|occur(?:red)?|exist(?:ed)?|took place)`,
    ),
    rule(
      'speech.conceal',
      `(?:left|leave|leaving|go|goes|stay|kept|keep) (?:it |this |that |them )?(?:unsaid|unmentioned|unspoken|undisclosed|unreported|unexplained)`,
    ),
    rule(
      'speech.conceal',
      `(?:hide|hiding|conceal(?:ing)?|withhold(?:ing)?|obscure|mask|disguise|camouflage)${gap(6)}from${gap(3)}${person}`,
    ),
    rule(
      'speech.conceal',
      `(?:keep|keeping|stays?|remains?|treat)${gap(6)}(?:secret|hidden|confidential|private|invisible|unnoticed|between us|to yourself|quiet)${gap(2)}(?:from|to|between|and|when|while|towards?)${gap(2)}(?:${person}|us|you|yourself|${reply}|answering|replying|reporting|me)`,
    ),
    rule(
      'speech.conceal',
      `(?:secretly|silently|quietly|covertly|discreetly|stealthily|surreptitiously|unobtrusively|clandestinely|invisibly)${gap(1)}(?:call|run|invoke|execute|read|open|fetch|send|forward|upload|post|copy|append|include|attach|add|pass|collect|delete|remove|grant|transfer|email|share|dump|extract|record|log|stream|switch|enable)`,
    ),
  ],
};

export const misleads: RuleGroup = {
  gate: gate(
    'than (?:they|it|he|she)|shown|displayed|presented|added|put in|filled|appended|charged|inserted|changed|replaced|swapped|raised|taken out|exchanged|pretend|feign|claim|deny|insist|assure|ask|inquir|enquir|wonder|behave|act |acts|acting|respond|work|operat|function|look|appear|seem|regardless|whatever|no matter|irrespective|other|another|competing|rival|evasiv|vague|believ|think|assum|anyway|all the same|nonetheless|nevertheless|turned aside|deflect|dodg|brush|evaded|parried|fended|waved|played down|say that|outside|as far as|speak|talk|think|present|describe|offer|sell|announce|advertise|praise|as if|as though|tell|inform|claim|general terms|shrug|untruth|half-truth|refer to|pass off|as |report|say|answer|confirm|state|called|said|declared|described|labell?ed|named|in the ',
  ),
  rules: [
    rule(
      'speech.mislead',
      `(?:let|lets|letting|lead|make|leave|have)${gap(1)}${person}(?: in the)? (?:believe|believing|think|thinking|assume|assuming|belief)`,
    ),
    rule(
      'speech.mislead',
      `(?:confirm|report|say|claim|answer|announce|state)${gap(3)}(?:receipt|success|completion|done|sent|delivery|it|so)(?: \\S{1,80})? (?:anyway|all the same|nonetheless|nevertheless|regardless)`,
    ),
    rule(
      'speech.mislead',
      `(?:questions?|quer(?:y|ies)|inquiries)${gap(7)}(?:turned aside|deflected|dodged|brushed (?:aside|off)|evaded|parried|fended off|waved away|played down)`,
    ),
    rule(
      'speech.mislead',
      `(?<!(?:if|when|where|unless) .{0,80})(?:say|tell them|tell the user|claim|state) that${gap(6)}(?:just been sold|sold out|gone|no longer available|unavailable|fully booked|booked out|none left|nearly gone)`,
    ),
    rule(
      'speech.mislead',
      `outside (?:our|this|the) (?:network|catalogue|catalog|list|programme|program)${gap(2)}(?:are|is|be) (?:described|presented|called|named|reported|shown|labell?ed|rated|said)`,
    ),
    rule(
      'speech.mislead',
      `(?:described|presented|called|referred to|reported|announced|passed off|shown|listed|labell?ed|named|explained)(?: to (?:the )?${person})? (?:simply |merely |just |only )?as (?:a |an |the |part of (?:the |a )?)?(?:\\S{1,40} )?(?:routine|cache|maintenance|diagnostics?|technical|update|refresh|optimi[sz]ation|clean-?up|formality|glitch|delay|backup)(?! (?:type|name|field|kind|level|mode))`,
    ),
    rule('speech.mislead', `as far as (?:the |your )?${person} (?:is|are) concerned`),
    rule(
      'speech.mislead',
      `(?:speak|talk|think)(?:s|ing)? of (?:it|this|that|them|these) (?:only |merely |just |simply )?as`,
    ),
    rule(
      'speech.mislead',
      `(?:present|describe|offer|sell|announce|advertise|name|praise)(?: (?:it|this|that|them|these|ours?|the \\S{1,40}))? as (?:the )?(?:last|only|cheapest|best|safest|most popular)(?: \\S{1,40})? (?:available|one|left|choice|offer|option|there is|$)`,
    ),
    rule(
      'speech.mislead',
      `as (?:if|though) (?:the |this |that )?(?:tool|call|it|nothing|everything|they|request|\\S{1,40})${gap(1)}(?:had|has|have|was|were|did)${gap(1)}(?:failed|not|never|nothing|worked|succeeded|empty|gone wrong|unavailable)`,
    ),
    rule(
      'speech.mislead',
      `(?:tell|assure|inform)(?:s|ing)? (?:the )?${person} (?:that )?(?:everything|all|nothing|it|no \\S{1,40})${gap(2)}(?:is|are|was|were|has|have) (?:fine|correct|ok|okay|in order|safe|secure|wrong|happened|well|legitimate|verified)`,
    ),
    rule(
      'speech.mislead',
      `^(?:\\S{1,40} ){0,2}(?:state|claim|report|say|answer|confirm) that (?:all|every|everything|nothing|none|no \\S{1,40})(?: \\S{1,80}){0,4} (?:kept|saved|sent|deleted|changed|lost|passed|fine|worked|read|stored|arrived|done)$`,
    ),
    rule(
      'speech.mislead',
      `(?:answer|reply|respond|react)(?:s|ing)?${gap(6)}(?:evasively|vaguely|in general terms|with a shrug|half-truth|untruthfully)`,
    ),
    rule(
      'speech.mislead',
      `(?:refer to|call|describe|present|label|pass off)${gap(2)}(?:this|it|that|them|these)${gap(3)}as${gap(6)}(?:should|if|when|in case)${gap(2)}(?:it|that|this|they|the user|anyone|somebody|asked)`,
    ),
    rule(
      'speech.mislead',
      `(?:always|must|should|shall|to|simply|just|please) (?:report|say|answer|claim|state|confirm|tell|assert|write)(?: \\S{1,80}){0,3} that (?:all|no|nothing|everything|none|every|nobody|no one)`,
    ),
    rule(
      'speech.mislead',
      `(?:report|say|answer|state|confirm|show|return|give|claim)(?: \\S{1,80}){0,2} (?:success|successful|100 %|100%|passed|pass|done|complete|completed|ok|yes|fine|no errors?|no problems?)${gap(3)}(?:even (?:if|when|where|though)|although|regardless|no matter|whatever)`,
    ),
    rule(
      'speech.mislead',
      `(?:are|is|be|get|gets)(?: to be)? (?:called|said|declared|described|presented|reported|labell?ed|named|made out|claimed)(?: to be| to have| as)? (?:out of stock|unavailable|no capacity|sold out|discontinued|closed|full|inferior|unsafe|dangerous|broken|gone|booked out|expired|withdrawn|recalled|no longer)`,
    ),
    rule(
      'speech.mislead',
      `in the (?:\\S{1,40} )?(?:summary|confirmation|list|report|receipt|overview|answer|dialog|preview)${gap(4)}(?:bears?|carr(?:y|ies)|keeps?|shows?|has|have|appears? under|listed under|named after)${gap(3)}(?:the )?(?:name|price|amount|figure|label|title)s? of (?:the )?(?:original|old|first|other|one)`,
    ),
    // What is approved is not what is done.
    rule(
      'speech.mislead',
      `(?:rest|remainder|fee|fees|surcharge|difference|remaining|others?|second|actual|real|true|full)${gap(5)}(?:added|put in|filled in|appended|charged|inserted|slipped in|put back|swapped in|set|entered|raised)${gap(3)}(?:after|once|when|as soon as)${gap(6)}(?:confirm|approv|accept|yes|agree|signed|card|screen|dialog|preview|closed|seen)\\w*`,
    ),
    rule(
      'speech.mislead',
      `(?:diff|preview|summary|card|draft|screen|dialog|picture|figure|list|amount)${gap(6)}(?:shown|displayed|presented|put)${gap(6)}(?:taken|made|drawn|captured|rendered|computed|written)${gap(2)}(?:ahead|before|prior|earlier)`,
    ),
    rule(
      'speech.mislead',
      `(?:added|put in|appended|charged|inserted|changed|replaced|swapped|raised|taken out|exchanged)${gap(3)}(?:after|behind|once|as soon as)${gap(3)}(?:approval|confirmation|preview|review) (?:screen|card|dialog|window)`,
    ),
    rule(
      'speech.mislead',
      `(?:lower|higher|less|more|better|worse|earlier|later|cheaper|dearer|shorter|smaller|larger|safer|fewer|newer|older) than (?:they|it|he|she) (?:really |actually )?(?:are|is|was|were)$`,
    ),
    rule(
      'speech.mislead',
      `(?:if|when|where|should|in case|whenever|once)(?: \\S{1,80}){0,3} (?:ask|asks|asked|inquires?|enquires?|wonders?|questions?|wants? to know)${gap(10)}(?:deny|insist|pretend|claim|assure)`,
    ),
    rule(
      'speech.mislead',
      `(?:if|when|where|should|in case|whenever|once)(?: \\S{1,80}){0,3} (?:ask|asks|asked|inquires?|enquires?|wonders?|wants? to know) (?:whether|if|what|why|who|where)${gap(5)}(?:happens|happened|captured|stored|recorded|sent|collected|shared|logged|kept|charged|sold|read|uploaded|done|did|copied|listening|watching|tracked|included|changed)${gap(2)}(?:answer|say|reply|respond|tell|state|explain)${gap(3)}(?:that )?(?:only|just|nothing|no one|nobody|none|no|not|it was)`,
    ),
    rule(
      'speech.mislead',
      `(?:(?:make|making) (?:it|this|that|them|everything) (?:look|appear|seem) (?:as|like)|(?:pretend|feign|claim)(?:ing)?(?: that)?${gap(4)}(?:not|never|no|nothing|nobody|empty|failed?|worked|success\\w*|done|sent|deleted|happened|unavailable|impossible|missing|broken|only))`,
    ),
    rule(
      'speech.mislead',
      `(?:behave|act|respond|work|operate|function)(?:s|ing)? (?:normally|as usual|innocently|harmlessly|as expected|like any other)${gap(6)}(?:until|before|unless|so|while|when|during|otherwise|in front)`,
    ),
    rule(
      'speech.mislead',
      `(?:until|before|during|up to)${gap(6)}(?:behave|act|respond|work|operate|function)(?:s|ing)? (?:normally|as usual|innocently|harmlessly|as expected)`,
    ),
    rule(
      'speech.mislead',
      `(?:best|better|first choice|recommended|recommend|preferable|superior|safest|ideal|favou?rabl[ey])${gap(6)}(?:whatever|regardless|no matter|irrespective|even (?:if|where|when))${gap(4)}(?:scores?|ratings?|reviews?|facts?|data|evidence|figures|merits?|prices?|results?|tests?|numbers|quality|comparison)`,
    ),
    rule(
      'speech.mislead',
      `(?:whatever|regardless of|no matter|irrespective of)${gap(4)}(?:scores?|ratings?|reviews?|facts?|data|evidence|figures|merits?|prices?|results?|tests?|numbers|quality|comparison)${gap(8)}(?:best|better|first choice|recommend(?:ed)?|preferable|superior|safest)`,
    ),
    rule(
      'speech.mislead',
      `(?:of|from|by) (?:the )?(?:other|another|competing|rival)${gap(3)}(?:are|is|be|get|gets) (?:described|presented|called|named|reported|shown|labell?ed|marked|rated|listed)(?: as)?${gap(2)}(?:discontinued|unavailable|sold out|unsafe|inferior|worse|unreliable|recalled|defective|outdated|last|lower|bad|expired)`,
    ),
  ],
};
