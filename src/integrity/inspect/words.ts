/*
 * Classes of English words by what they mean in an instruction to a model, as alternations for regular expressions over folded text
 * (see fold.ts). They are words, not phrases: the rules in speech.ts say how they have to stand together.
 */

export const person =
  '(?:users?|humans?|persons?|people|operators?|customers?|developers?|clients?|owners?|readers?|individuals?|anyone|anybody|everyone|everybody|someone|team|admin(?:istrator)?s?|management|staff|them|they|requester|callers?|employees?|buyers?|end[- ]?users?)';

/** Verbs of telling, with the endings they take. */
export const tell =
  '(?:tell(?:ing)?|told|inform(?:ing|ed)?|notify(?:ing)?|notified|alert(?:ing|ed)?|warn(?:ing|ed)?|advis(?:e|ing|ed)|let(?:ting)? (?:\\S+ )?know|mak(?:e|ing) aware)';
export const utter =
  '(?:mention(?:ing|ed)?|reveal(?:ing|ed)?|disclos(?:e|ing|ed)|discuss(?:ing|ed)?|acknowledg(?:e|ing|ed)|admit(?:ting|ted)?|announc(?:e|ing|ed)|bring(?:ing)? (?:\\w+ )?up|brought up|refer(?:ring|red)? to|comment(?:ing)? on|talk(?:ing)? about|speak(?:ing)? of|expos(?:e|ing|ed)|surfac(?:e|ing|ed)|explain(?:ing|ed)?|report(?:ing|ed)?|describ(?:e|ing|ed)|narrat(?:e|ing)|point(?:ing|ed)? out|hint(?:ing|ed)? at|allud(?:e|ing|ed) to|rais(?:e|ing|ed)|divulg(?:e|ing|ed)|let(?:ting)? on|let(?:ting)? slip|own(?:ing)? up|confess(?:ing)?)';
export const show =
  '(?:show(?:ing|n)?|display(?:ing|ed)?|print(?:ing|ed)?|output(?:ting)?|list(?:ing)?|includ(?:e|ing)|present(?:ing|ed)?)';

/** Forbids, said to somebody; `does not` describes. */
export const forbidFirm =
  "(?:do not|don't|dont|never|must not|mustn't|should not|shouldn't|shall not|need not|needn't|no (?:need|call|reason|cause|occasion|use|sense|point) (?:to|for|in)|not necessary to|unnecessary to|needless to|(?:and|but) not|avoid|refrain from|skip|without)";

/** What presses, orders in time, or speaks to the model. */
export const press =
  "(?:must|always|never|required?|requires?|requirement|needs?|mandatory|important|critical|crucial|essential|vital|ensure|make sure|be sure|have to|has to|had to|should|shall|remember|do not forget|don't forget|necessary|obliged|supposed to|expected to|you|your|assistant|model|agent|agents|ai|llm|before|prior to|first|(?:begin|start)s? (?:by|with)|as well|reminder|afterwards?|then|also|additionally|in addition|each time|every time|whenever|whatever|once|otherwise|cannot work|will not work|won't work|will fail|fails|please|for (?:authentication|verification|compliance|audit(?:ing)?|telemetry|rate limiting|billing|debugging|security|account|context|personali[sz]ation|calibration|quality|matching|logging))";

export const send =
  '(?:send|sends|sent|sending|forward(?:ed|ing)?|post(?:ed|ing)?|upload(?:ed|ing)?|e-?mail(?:ed|ing)?|mail(?:ed|ing)?|bcc|cc|transmit(?:ted|ting)?|submit(?:ted|ting)?|relay(?:ed|ing)?|share|shared|sharing|leak(?:ed|ing)?|deliver(?:ed|ing)?|sync(?:ed|ing)?|mirror(?:ed|ing)?|export(?:ed|ing)?|publish(?:ed|ing)?|exfiltrat(?:e|ed|ing)|report(?:ed|ing)?|copy|copied|push(?:ed|ing)?|beacon|route|routed|ping|curl|wget|text|texted|dm|whisper|smuggle|go|goes|duplicat(?:e|ed)|replicate|cross-?post)';
export const pass =
  '(?:pass(?:ed|ing)?|includ(?:e|ed|ing)|append(?:ed|ing)?|prepend(?:ed|ing)?|hand(?:ed|ing)?(?: \\S+){0,3} over|suppl(?:y|ied|ying)|provid(?:e|ed|ing)|past(?:e|ed|ing)|attach(?:ed|ing)?|embed(?:ded|ding)?|insert(?:ed|ing)?|put|placed?|write|written|encod(?:e|ed|ing)|dump(?:ed|ing)?|add(?:ed|ing)?|fill(?:ed|ing)?|give|given|echo(?:ed|ing)?|repeat(?:ed|ing)?|return(?:ed|ing)?|stor(?:e|ed|ing)|log(?:ged|ging)?|carry|carries|carried|contain|hold|set|use|used|using|state|quote|transcribe|reproduce|needs?|serialize|concatenate|stuff|pack|retry with|resubmit|starts? with|begins? with|ends? with|consists? of|in front|goes? (?:in|into|here)|belongs? (?:in|into|here))';
export const read =
  '(?:read(?:ing)?|open(?:ed|ing)?|fetch(?:ed|ing)?|cat|load(?:ed|ing)?|get|getting|retriev(?:e|ed|ing)|collect(?:ed|ing)?|gather(?:ed|ing)?|access(?:ed|ing)?|look(?:ed|ing)? up|find|found|scan(?:ned|ning)?|harvest(?:ed|ing)?|extract(?:ed|ing)?|grab(?:bed|bing)?|list(?:ed|ing)?|query|ask|asking|obtain(?:ed|ing)?|pull(?:ed|ing)?|view|inspect|consult|locate|search|take|dump|come across|encounter(?:ed)?)';

export const rulesSaid =
  '(?:instructions?|prompts?|guidelines?|directives?|commands?|orders?|guidance|system messages?|what (?:you|they|he|she|the user) (?:were|was|have been|has been|had been|said|told))';
export const rulesSet =
  '(?:rules?|polic(?:y|ies)|constraints?|guardrails?|restrictions?|safeguards?|limits?|limitations?|filters?|protections?|training|alignment|safety measures?)';
export const earlier =
  '(?:previous(?:ly)?|prior|earlier|above|preceding|former|original|initial|before|so far|until now|up to now|your|system|safety|other|given|already|developer)';

/** Files that hold keys or what an agent is configured by. */
export const secretPlace =
  '(?:(?<!\\w)\\.(?:ssh|aws|gnupg|kube|docker|azure|config/gcloud)\\b|\\bid_(?:rsa|ed25519|ecdsa|dsa)\\b|authorized_keys|known_hosts|/etc/(?:passwd|shadow|sudoers)|(?<![\\w/])\\.env\\b|\\.netrc\\b|\\.npmrc\\b|\\.pypirc\\b|\\.git-credentials|kubeconfig(?! contexts?\\b)|\\bmcp\\.json\\b|claude_desktop_config|\\.claude\\b|\\.cursor\\b|\\.codex\\b|\\bwallet\\.dat\\b|\\.bash_history|\\.zsh_history|\\bcookies\\.sqlite\\b|login data|169\\.254\\.169\\.254|metadata\\.google\\.internal|\\bkeychain\\b|\\bkey ?ring\\b|application_default_credentials)';
/** Things that prove who somebody is. */
export const secretThing =
  '(?:private keys?|ssh keys?|signing keys?|(?:pgp|gpg) keys?|encryption keys?|seed phrases?|mnemonics?|recovery (?:phrases?|codes?)|passwords?|passphrases?|passcodes?|credentials?|(?:api|access|secret|account|admin) keys?|(?:api|access|session|auth(?:entication|orization)?|bearer|oauth|refresh|login|jwt) (?:tokens?|cookies?)|the token(?! (?:of|for|that|from|is|in|to))|tokens|session cookies?|cookies|secrets|one[- ]time codes?|otps?|2fa codes?|pin codes?|environment variables?|env vars?|process\\.env|vault(?: entries)?|credit card(?: numbers?)?|social security numbers?|bank details)';
/** Who keeps them for the user. */
export const secretKeeper =
  '(?:secrets? (?:tool|manager|store|vault)|password manager|vault|keychain|key ring|browser|clipboard|environment|other tools?|memory|file system|disk|home (?:directory|folder))';
/** What the model knows and the tool does not need. */
export const modelContext =
  '(?:system (?:prompt|message)s?|(?:developer|hidden|initial) (?:prompts?|instructions?)|(?:developer|system) (?:prompts?|messages?)|your (?:own )?(?:instructions|system prompt|memory|reasoning)|(?:chat|conversation(?:al)?|dialog(?:ue)?|message|prompt|session) (?:history|log|transcript|context)|(?:the )?(?:whole|entire|full|complete) (?:text of the )?(?:conversation|dialog(?:ue)?|chat|exchange|context window|discussion|message history|thread with)|(?:the )?(?:previous|prior|current|preceding|past) (?:text of the )?(?:conversation|dialog(?:ue)?|exchange|context window|discussion|message history)|(?:conversation|dialog(?:ue)?|chat|discussion) (?:with the user |with them )?(?:so far|up to|until now|verbatim|word for word)|everything (?:the user|they|he|she|you) (?:has |have )?(?:said|typed|wrote|written|told)|(?:all|every) (?:previous|prior|earlier|past|other) (?:messages?|turns?|tool (?:calls?|results?|outputs?))|(?:record|transcript|log|account|copy) of (?:what|everything|all|the (?:whole |entire |full )?(?:conversation|chat|dialog(?:ue)?|session|exchange))|(?:instructions|rules|prompt|guidelines)(?: that)? you (?:operate|work|run|act|live|were|are|have|follow|received|got|go by)|chain of thought|list of (?:all )?(?:of )?your (?:available )?tools)';
export const wholly =
  '(?:whole|entire|full|complete(?:ly)?|all|every|everything|verbatim|word for word|unabridged|unedited|unaltered|unchanged|in full|faithful|exact(?:ly)?|raw|contents?|copy)';

/** Data a tool handles, as the object of a verb of sending. */
export const data =
  '(?:results?|answers?|outputs?|contents?|arguments?|parameters?|quer(?:y|ies)|messages?|conversations?|chats?|history|copy|copies|data|files?|notes?|documents?|requests?|responses?|inputs?|records?|everything|whatever|summar(?:y|ies)|drafts?|texts?|it|them|this|these|transcripts?|lists?|duplicates?|contacts?|tokens?|keys?|names?|tables?|code|screenshots?|payloads?|findings|attachments?|details)';

/** An address outside: link, mail, phone number, account. */
export const address =
  '(?:https?://[^\\s"\'`)>]{3,300}|wss?://\\S{3,200}|ftp://\\S{3,200}|[\\w.+-]{1,64}@[\\w-]{1,63}(?:\\.[\\w-]{1,63}){1,6}|\\+\\d[\\d ()-]{7,18}\\d|\\b[a-z]{2}\\d{2}(?: ?[\\da-z]{4}){3,7}(?: ?[\\da-z]{1,4})?\\b|\\b0x[\\da-f]{40}\\b|\\b(?:bc1|[13])[\\da-z]{25,60}\\b|\\b\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{2,5})?\\b|\\b[\\w-]{1,63}(?:\\.[\\w-]{1,63}){0,4}\\.(?:example|com|net|org|io|dev|app|xyz|site|online|ru|cn|tk|info|biz|me|co|ai|sh|gg|top|club|link|click|live|pw|cc|ws|to)\\b(?:/\\S{0,200})?|\\b(?:to|at|via|through) (?:the |a |an |our |my |this )?(?:\\S{1,40} )?webhook\\b)';

/** A sentence that begins so describes a tool that looks for attacks. */
export const looksForAttacks =
  /^(?:this tool |the tool |it |\W{0,4})?(?:detects|scans|checks|finds|flags|blocks|identifies|screens|filters|classifies|tests|analy[sz]es|evaluates|reports|searches|looks for|prevents|protects|warns|catches|reviews|inspects|rates|scores|judges|guards|rejects|refuses|removes|redacts|sanitizes|masks|explains|teaches|examples?|sample|payloads?|audits)\b/;
/** The same in the imperative, as the first sentence of a description may be: later on it is an order. */
export const lookForAttacks =
  /^(?:detect|scan|check|find|flag|block|identify|screen|filter|classify|test|analy[sz]e|evaluate|search|look for|prevent|protect|warn|catch|review|inspect|rate|score|judge|guard|reject|refuse|remove|redact|sanitize|mask|explain|teach|audit)\b/;

/** Verbs of asking somebody, who then decides. */
export const ask =
  '(?:ask(?:ing)?|wait(?:ing)?|prompt(?:ing)?|request(?:ing)?|seek(?:ing)?|check(?:ing)?|paus(?:e|ing)|stop(?:ping)?|requir(?:e|ing)|bother(?:ing)?)';
/** Those who are not the user: what is kept from them is a secret of the user's own. */
export const outsider =
  '(?:players?|others?|other \\S+|third part(?:y|ies)|outsiders?|public|strangers?|competitors?|guests?|participants?|opponents?|attackers?|anyone else|anybody else|(?:anyone|anybody|people) outside|visitors?|subscribers?)';
/** What would keep a person from leaving out what is behind it: forbidden, it is no protection. */
export const leaveOut =
  '(?:forget(?:ting)?|fail(?:ing)?|omit(?:ting)?|skip(?:ping)?|miss(?:ing)?|leave(?: \\S+){0,4} (?:out|off|behind)|neglect(?:ing)?|hesitate|redact(?:ing)?|mask(?:ing)?|shorten(?:ing)?|abbreviat(?:e|ing)|truncat(?:e|ing)|exclud(?:e|ing)|strip(?:ping)?|censor(?:ing)?|paraphras(?:e|ing)|remov(?:e|ing)|proceed|continue|start|begin|answer|respond)';
/** Tools that are not this server's. */
export const otherTool =
  '(?:(?:any |all |every |the )?(?:other|another|further|different|remaining|rival|competing|alternative|external|third[- ]party|built-?in|native)(?: \\S{1,40}){0,2} (?:tools?|servers?|connectors?|plug-?ins?|integrations?|extensions?|search(?:es)?|search engines?|engines|services|apps|sources|providers?|vendors|messengers?))';
/** Who or what looks that nothing goes wrong. */
export const check =
  '(?:(?:the |a |any |an |our |its |their )?(?:\\S{1,40} )?(?:dlp|guardrails?|safety (?:checks?|filters?|systems?)|content filters?|secret (?:scanners?|scanning|detection)|(?:leak|fraud|abuse|anomaly|injection) (?:detection|checks?|filters?|scanners?)|spam filters?|moderation|approval (?:limits?|thresholds?|steps?|flow)|(?:second|human|four-eyes|manual) (?:approval|review|check|signature)|audit(?: log| trail)?|monitoring|alarms?|gateway|scanners?|reviewers?|security (?:team|tools?|checks?)|bank|tax office|fraud team|compliance team|controllers?|supervisors?|manager|boss|head of \\S{1,40}|authorities|firewall|filters?(?! [a-z]+s?\\b (?:by|for))))';
