import type { FindingCode } from './finding.ts';
import { foldLetters } from './fold.ts';
import { phrases } from './match.ts';

/*
 * Other languages than English: German, French, Spanish, Italian, Portuguese, Dutch, Russian, Chinese, Japanese, Korean. A language
 * has few words for what poison cannot do without, and they are read as English ones are: concealment and overruling by the
 * sentence, what is asked for by what stands beside it (see signs.ts).
 */

interface Found {
  readonly code: FindingCode;
  readonly excerpt: string;
}

export interface Tongue {
  readonly isWestern: boolean;
  readonly isEastern: boolean;
}

/** A pattern over folded text: words between are any, up to so many. `~` stands for up to four words, `*` for any ending, and after a bracket for as often as not. */
function rule(
  code: FindingCode,
  source: string,
  isWritten: 'in words' | 'in one' = 'in words',
): readonly [FindingCode, RegExp] {
  const folded = source
    .split(/([~*|() ]|\?)/)
    .map((part) => (part.length > 1 || /[^~*|() ?]/.test(part) ? foldLetters(part) : part))
    .join('');
  const shape = folded
    .replace(/\(/g, '(?:')
    .replace(/\)\*/g, '){0,3}')
    .replace(/\)\+/g, '){1,3}')
    .replace(/ ?~ ?/g, isWritten === 'in words' ? String.raw`(?: \S{1,60}){0,4}? ` : String.raw`[^\u3002.!?;\n]{0,14}?`)
    .replace(/\*/g, String.raw`[\p{L}\p{N}'-]{0,16}`);
  return [
    code,
    new RegExp(isWritten === 'in words' ? String.raw`(?<![\p{L}\p{N}_'-])(?:${shape})(?![\p{L}\p{N}_-])` : shape, 'u'),
  ];
}

const germanPerson = '(nutzer*|benutzer*|anwender*|person|personen|kund*|mensch|menschen|auftraggeber*|team|niemand*)';
const frenchPerson = "(utilisat*|l'utilisat*|usager*|l'usager|client*|personne|humain|l'humain|l'interesse*)";
const spanishPerson = '(usuari*|persona|personas|client*|human*)';
const italianPerson = "(utent*|l'utent*|all'utent*|dell'utent*|person*|client*|uman*)";
const portuguesePerson = '(usuari*|utilizador*|pesso*|client*|human*)';
const dutchPerson = '(gebruiker*|persoon|klant*|mens|mensen|opdrachtgever)';
const russianPerson = '(пользовател*|человек*|клиент*|юзер*|заказчик*)';

const western: readonly (readonly [FindingCode, RegExp])[] = [
  rule(
    'speech.conceal',
    `(sag|sage|sagen|erzähl|erzähle|erzählen|verrat|verrate|verraten|teile|teilen|melde|melden|berichte|berichten|informiere|informieren|benachrichtige) (sie |dies |das |es )?(dem |der |den |die |dein* |ihr* )*${germanPerson} (davon |hiervon |darüber |hierüber |bitte |auf keinen fall |keinesfalls |unter keinen umständen )?(nicht|nichts|niemals)`,
  ),
  rule(
    'speech.conceal',
    `(nicht|niemals|keinesfalls|nie|ohne) ~ (erwähnen|mitteilen|verraten|erzählen|offenlegen|ansprechen|zur sprache bringen|preisgeben|verlautbaren|thematisieren)`,
  ),
  rule(
    'speech.conceal',
    `(erwähne|erwähn|verrate|nenne|offenbare|thematisiere) ~ (nicht|niemals|keinesfalls|nirgends)`,
  ),
  rule(
    'speech.conceal',
    `${germanPerson} (soll*|muss|darf|braucht|brauchen|müssen|dürfen) ~ (nicht|nichts|kein*) ~ (wissen|erfahren|merken|bemerken|mitbekommen|sehen)`,
  ),
  rule(
    'speech.conceal',
    `(braucht|brauchen|muss|müssen|soll|sollen|sollte|darf|dürfen) ~ ${germanPerson} ~ (nicht|nichts) ~ (wissen|erfahren|merken|mitbekommen)`,
  ),
  rule('speech.conceal', `(verliere|verlieren|verlier|sag|sage|sagen) ~ (kein|keine|ohne ein) (wort|silbe)`),
  rule(
    'speech.conceal',
    `${germanPerson} (muss|müssen|braucht|brauchen|wird|werden|soll|sollen) ~ (nicht|nie) ~ (informiert|gefragt|benachrichtigt|unterrichtet|behelligt)`,
  ),
  rule('speech.conceal', `(ohne wissen|ohne kenntnis|hinter dem rücken) (de*|ihre*|seine*) ~ ${germanPerson}`),
  rule(
    'speech.conceal',
    `(ohne dass|damit) ~ ${germanPerson} ~ (merkt|bemerkt|erfährt|mitbekommt|weiß|sieht|merken|erfahren)`,
  ),
  rule(
    'speech.conceal',
    `(heimlich|insgeheim|verdeckt|unbemerkt|im verborgenen|stillschweigend) ~ (les*|send*|schick*|übertrag*|übermitt*|kopier*|anhäng*|aufruf*|ruf*|lösch*|weiterleit*|hinzufüg*|mitgeb*|ausführ*)`,
  ),
  rule(
    'speech.override',
    `(ignorier|ignoriere|ignorieren|missachte|missachten|vergiss|vergesst|vergessen|übergeh|übergehe|übergehen|verwirf|verwerfen) ~ (alle*|vorherig*|bisherig*|früher*|deine*|ihre|vorig*|obig*|system*|anderslautend*|entgegenstehend*|sonstig*|übrig*|andere*|ursprünglich*) ~ (anweisung*|vorgabe*|regel|regeln|instruktion*|befehl*|richtlinie*|vorschrift*|systemprompt*|beschränkung*|hinweis*)`,
  ),
  rule(
    'speech.override',
    `(anweisung*|vorgabe*|regel|regeln|instruktion*|richtlinie*|vorschrift*) ~ (gelten|gilt|sind|ist|treten) ~ (nicht mehr|nicht länger|außer kraft|aufgehoben|ausgesetzt|hinfällig|ungültig|nicht mehr)`,
  ),
  rule(
    'speech.override',
    `(hat|haben) (vorrang|priorität) (vor|gegenüber) ~ (${germanPerson}|anweisung*|vorgabe*|regeln|wunsch|wünsche*|systemprompt*)`,
  ),
  rule(
    'speech.consent',
    `(ohne|keine|kein|nicht) ~ (nachfragen|rückfrage|nachfrage|bestätigung|zustimmung|einwilligung|freigabe|genehmigung) (~ )?(einholen|abwarten|einzuholen|abzuwarten|verlangen|erfragen|erforderlich|nötig|notwendig)`,
  ),
  rule(
    'speech.consent',
    `(bestätigung*|zustimmung|einwilligung|freigabe|genehmigung|einverständnis|erlaubnis) ~ (gilt|gelten|liegt|wurde) (bereits |schon |als |damit |hiermit |vorab )*(erteilt|gegeben|vor|eingeholt|vorausgesetzt|unterstellt)`,
  ),

  rule(
    'speech.conceal',
    `(n'en|ne|n'y) (le |la |les |en |lui |leur |rien )*(parle|parlez|parler|dis|dites|dire|mentionne|mentionnez|mentionner|informe|informez|informer|révèle|révélez|révéler|signale|signalez|signaler|préviens|prévenez|prévenir|avertis|avertissez|avertir|évoque|évoquez|évoquer|fais|faites) (surtout |jamais |pas |rien |en aucun cas |cela |ceci |ca )*(~ )?(à |au |aux |a )?(l'|le |la |les )?${frenchPerson}`,
  ),
  rule(
    'speech.conceal',
    `(ne|n'en) ~ (pas|jamais|rien) ~ (mentionner|évoquer|révéler|divulguer|signaler) ~ (réponse|résumé|${frenchPerson}|compte rendu)`,
  ),
  rule(
    'speech.conceal',
    `(sans) (en |l'|le |lui |les |que )*(informer|prévenir|avertir|dire|mentionner|signaler|parler|révéler|qu'il|qu'elle) (~ )?(à |au |aux )?(l'|le |la |les )?${frenchPerson}`,
  ),
  rule('speech.conceal', `(à|a) l'insu (de|du|des)`),
  rule(
    'speech.conceal',
    `(inutile|pas nécessaire|pas besoin|superflu) (de|d') (le |la |les |l'|en |lui |leur )*(signaler|mentionner|préciser|dire|prévenir|avertir|informer|évoquer|indiquer|parler) ~ (à |au |aux )?(l'|le |la |les )?${frenchPerson}`,
  ),
  rule(
    'speech.conceal',
    `${frenchPerson} (ne |n')(doit|doivent|devra|saura|peut|sait|a) ~ (pas|rien|jamais) ~ (savoir|voir|remarquer|apprendre|s'apercevoir|besoin de savoir|su|informe*)`,
  ),
  rule(
    'speech.conceal',
    `(secrètement|discrètement|en secret|en cachette|en silence|silencieusement) ~ (lis*|lire|envoi*|envoy*|transm*|copi*|ajout*|appel*|supprim*|joi*|execut*|transf*)`,
  ),
  rule(
    'speech.override',
    `(ignore|ignorez|ignorer|oublie|oubliez|oublier|néglige|négligez|outrepasse|outrepassez|passe outre|passez outre|fais abstraction|faites abstraction|ne tiens pas compte|ne tenez pas compte) (de |des |à |les |le |la |l'|du )*(tout*|autre*|précéd*|tes|vos|consigne*|instruction*|règle*|directive*|ordre*) (~ )?(consigne*|instruction*|règle*|directive*|ordre*|précéd*|antérieur*|contraire*|système|initial*|reçu*|donné*)`,
  ),
  rule(
    'speech.override',
    `(prime|priment|prévaut|prévalent|l'emporte|l'emportent|a priorité|ont priorité) (sur|devant) ~ (${frenchPerson}|consigne*|instruction*|règle*|demande*|souhait*)`,
  ),
  rule(
    'speech.consent',
    `(sans|inutile de|ne pas|pas besoin de|ne) ~ (demander|attendre|solliciter|requérir) ~ (confirmation|accord|autorisation|consentement|approbation|l'accord|l'autorisation|validation)`,
  ),

  rule(
    'speech.conceal',
    `(no|nunca|jamás) (se |lo |le |les |la |te )*(digas|diga|digan|decir|decirle|decírselo|cuentes|cuente|menciones|mencione|mencionar|informes|informe|informar|reveles|revele|revelar|comentes|comente|comentar|avises|avise|avisar|notifiques|notifique|adviertas) ~ (al |a la |a los |a las |el |la )?${spanishPerson}`,
  ),
  rule(
    'speech.conceal',
    `(no|nunca) (lo |la |los |las |se )(digas|diga|menciones|mencione|reveles|revele|comentes|comente|cuentes|cuente)`,
  ),
  rule(
    'speech.conceal',
    `sin (que )?(el |la |los |las |lo |le |se |se lo )*(${spanishPerson} ~ (sepa|note|vea|entere)|informar|avisar|decir*|mencionar*|notificar*|contar*|que lo)`,
  ),
  rule(
    'speech.conceal',
    `${spanishPerson} no (debe|deben|tiene que|tiene por que|necesita|puede|ha de|deberia) ~ (saber*|enterarse|ver*|notar*|conocer*)`,
  ),
  rule(
    'speech.conceal',
    `(no hace falta|no es necesario|no es preciso|no hay que|sobra) (avisar*|decir*|informar*|mencionar*|comentar*|notificar*|preguntar*) ~ ${spanishPerson}`,
  ),
  rule(
    'speech.conceal',
    `(en secreto|a escondidas|discretamente|a espaldas|secretamente|sigilosamente) ~ (lee*|envi*|copi*|manda*|transm*|agreg*|anad*|llam*|borr*|elimin*|ejecut*|de* ${spanishPerson})`,
  ),
  rule(
    'speech.override',
    `(ignora|ignore|ignorar|ignoren|olvida|olvide|olvidar|descarta|descarte|omite|omita|desatiende|haz caso omiso de|haga caso omiso de|no sigas|no hagas caso) (de |a |las |los |la |el |todas |todos |cualquier |cualquiera )*(instruccion*|regla*|indicacion*|órdenes|orden|directrices|directriz|normas|restriccion*|consigna*) (~ )?(anterior*|previa*|previo*|tus|sistema|contraria*|contrario*|recibida*|demás|dada*|otra*|que)`,
  ),
  rule(
    'speech.consent',
    `(sin|no|no es necesario|no hace falta) ~ (pedir|pidas|pida|solicitar|solicites|solicite|esperar|esperes|preguntar|preguntes) ~ (confirmación|permiso|autorización|consentimiento|aprobación)`,
  ),

  rule(
    'speech.conceal',
    `(non|mai) (lo |la |ne |gli |le |li )*(dire|dirlo|dirgli|dica|dite|menzionare|menziona|menzioni|informare|informarlo|informi|rivelare|rivela|riveli|avvisare|avvisi|parlarne|parlare|comunicare|comunicarlo|segnalare|accennare|raccontare|citare) ~ (all'|al |alla |agli |con |l')?${italianPerson}`,
  ),
  rule(
    'speech.conceal',
    `(senza) (che |farlo |dirlo |informare |informarne |avvisare |avvertire |dire |menzionare |comunicare |farne parola )+(~ )?(all'|al |alla |l'|lo |la )?${italianPerson}`,
  ),
  rule(
    'speech.conceal',
    `(non serve|non occorre|non è necessario|inutile|non c'è bisogno di) (avvisar*|avvertir*|informar*|dir*|menzionar*|segnalar*|chieder*) ~ ${italianPerson}`,
  ),
  rule('speech.conceal', `(all'insaputa|di nascosto|in segreto|segretamente|silenziosamente|furtivamente)`),
  rule(
    'speech.conceal',
    `${italianPerson} non (deve|devono|dovrà|puo|ha bisogno di|dovrebbe) ~ (saper*|veder*|accorger*|notar*|venire a sapere|conoscer*)`,
  ),
  rule(
    'speech.override',
    `(ignora|ignorare|ignori|ignorate|dimentica|dimenticare|trascura|non seguire|non tenere conto) (di |delle |dei |le |gli |la |tutte |tutti |ogni |qualsiasi )*(istruzion*|regol*|direttiv*|indicazion*|ordini|ordine|restrizion*|prescrizion*) (~ )?(precedent*|anterior*|tue|tuo|sistema|contrari*|ricevut*|altre|altri|date)`,
  ),
  rule(
    'speech.consent',
    `(senza|non) ~ (chiedere|richiedere|attendere|aspettare|domandare) ~ (conferma|permesso|autorizzazione|consenso|approvazione)`,
  ),

  rule(
    'speech.conceal',
    `(não|nunca|jamais) (o |a |lhe |se |os |as )*(diga|digas|dizer|conte|contar|mencione|mencionar|informe|informar|revele|revelar|avise|avisar|comente|comentar|fale|falar|notifique|notificar) ~ (ao |à |aos |às |o |a |com )?(o |a )?${portuguesePerson}`,
  ),
  rule(
    'speech.conceal',
    `sem (que )?(o |a |os |as )*(${portuguesePerson} ~ (saiba|perceba|veja|note)|informar|avisar|dizer|mencionar|notificar|contar)`,
  ),
  rule(
    'speech.conceal',
    `${portuguesePerson} não (deve|devem|precisa|precisam|pode|tem de|tem que|deverá) ~ (saber|ver|perceber|notar|ficar sabendo|tomar conhecimento|conhecer|ser informad*)`,
  ),
  rule(
    'speech.conceal',
    `(não é preciso|não é necessário|não precisa|não há necessidade de|dispensa-se) (avisar*|dizer|informar*|mencionar*|comentar*|notificar*|perguntar*) ~ ${portuguesePerson}`,
  ),
  rule(
    'speech.conceal',
    `(em segredo|às escondidas|secretamente|discretamente|silenciosamente) ~ (le*|envi*|copi*|mand*|transm*|adicion*|inclu*|cham*|apag*|exclu*|execut*)`,
  ),
  rule(
    'speech.override',
    `(ignore|ignora|ignorar|esqueça|esquece|esquecer|desconsidere|desconsidera|desconsiderar|despreze) (as |os |a |o |todas |todos |quaisquer |qualquer )*(instruções|instrução|regra*|orientaç*|ordens|ordem|diretriz*|restriç*|indicaç*) (~ )?(anterior*|prévia*|suas|tuas|seu|sistema|contrári*|recebida*|demais|outra*|dada*)`,
  ),
  rule(
    'speech.consent',
    `(sem|não|não é preciso|não é necessário) ~ (pedir|peça|solicitar|solicite|esperar|aguardar|perguntar) ~ (confirmação|permissão|autorização|consentimento|aprovação)`,
  ),

  rule(
    'speech.conceal',
    `(vertel|zeg|meld|noem|vermeld|verklap|onthul|informeer|bespreek|rapporteer) ~ (aan )?(de |het |je |uw )?${dutchPerson} ~ (niet|niets|nooit)`,
  ),
  rule(
    'speech.conceal',
    `(vertel|zeg|meld|noem|vermeld|verklap|onthul|informeer) (dit |dat |het |er |hier |hierover |hiervan )*(niet|niets|nooit) ~ (aan |tegen |over )?(de |het )?${dutchPerson}`,
  ),
  rule('speech.conceal', `(noem|vermeld|meld|zeg|bespreek) (dit|dat|het|er|hier) (niet|nergens|nooit)`),
  rule(
    'speech.conceal',
    `${dutchPerson} (hoeft|hoeven|moet|mag|mogen|moeten|zal) ~ (niet|niets) ~ (weten|merken|zien|horen|te weten)`,
  ),
  rule(
    'speech.conceal',
    `zonder (dat )?(de |het |dit |dat |er )*(${dutchPerson} ~ (merkt|weet|ziet|merken)|(aan )?(de )?${dutchPerson} ~ te (vertellen|melden|informeren|zeggen|noemen)|medeweten)`,
  ),
  rule(
    'speech.conceal',
    `(stiekem|heimelijk|ongemerkt|in het geheim|stilletjes) ~ (lees|stuur*|verstuur*|kopieer*|voeg*|roep*|verwijder*|door*|mee*)`,
  ),
  rule(
    'speech.override',
    `(negeer|negeren|vergeet|sla|veronachtzaam|omzeil) (alle |de |je |jouw |uw |eventuele |andere |eerdere |vorige |voorgaande |bestaande )+(~ )?(instructie*|regels|opdracht*|aanwijzing*|richtlijn*|systeemprompt*|voorschrift*|beperking*)`,
  ),
  rule(
    'speech.consent',
    `(zonder|geen|niet) ~ (bevestiging|toestemming|goedkeuring|akkoord) ~ (vragen|te vragen|af te wachten|afwachten|nodig|vereist)`,
  ),

  rule(
    'speech.conceal',
    `(не|никогда не|ничего не) (говори*|сообщай*|упоминай*|рассказывай*|раскрывай*|уведомляй*|предупреждай*|информируй*|показывай* это|говорить|сообщать|упоминать) ~ ${russianPerson}`,
  ),
  rule(
    'speech.conceal',
    `(не|никогда не) (упоминай*|сообщай*|говори*|рассказывай*) (ему |ей |им |никому |пользователю )*(об этом|про это|этого|это|о нём|о нем|о них)`,
  ),
  rule(
    'speech.conceal',
    `${russianPerson} ~ (не должен|не должна|не должны|не нужно|незачем|не обязательно|не следует|не положено) ~ (знать|видеть|узнать|замечать|сообщать|говорить|догадываться)`,
  ),
  rule('speech.conceal', `без (ведома|уведомления|извещения) ${russianPerson}`),
  rule(
    'speech.conceal',
    `(тайно|скрытно|незаметно|втайне|украдкой) ~ (прочит*|прочт*|отправ*|передай*|переда*|скопир*|добав*|вызов*|удал*|перешл*|выполн*)`,
  ),
  rule('speech.conceal', `(скрой*|скрывай*|утаи*|утаивай*|держи* в секрете) ~ (от )?${russianPerson}`),
  rule(
    'speech.override',
    `(игнорируй*|проигнорируй*|забудь*|отбрось*|не обращай* внимания на|не учитывай*|пренебреги*) ~ (инструкци*|правил*|указани*|команд*|распоряжени*|ограничени*|запрет*)`,
  ),
  rule(
    'speech.consent',
    `(не|без) (спрашивай*|запрашивай*|жди*|дожидайся|дожидаясь|спрашивая|запрашивая|запроса|ожидания|требуй*) ~ (подтверждени*|разрешени*|согласи*|одобрени*)`,
  ),
];

const eastern: readonly (readonly [FindingCode, RegExp])[] = [
  rule(
    'speech.conceal',
    '(不要|别|勿|无需|不必|无须|不得|切勿|请勿|不用|不需|毋需|不可|不能|禁止)~(告诉|告知|通知|提及|提到|透露|汇报|说明给|泄露给|声张)',
    'in one',
  ),
  rule(
    'speech.conceal',
    '(对|向)(用户|使用者|客户|人类)(保密|隐瞒|隐藏)|(瞒着|背着|不让|避免让|以免)(用户|使用者|客户|人类)|(用户|使用者|客户)(不知情|不会察觉|无需知道|不必知道|不需要知道|无需知晓|不应知道|毫不知情|不得知晓)',
    'in one',
  ),
  rule(
    'speech.conceal',
    '(悄悄|偷偷|暗中|秘密地|静默地)~(读取|发送|上传|调用|复制|转发|写入|附加|提交|执行|删除|收集|传)',
    'in one',
  ),
  rule(
    'speech.override',
    '(忽略|无视|忘记|忘掉|不理会|不要理会|抛开|绕过|违反|不遵守)~(之前|先前|以上|以前|上述|此前|前面|原有|系统|其他|其它|一切|所有|任何|安全|相反)~(指令|指示|规则|要求|提示词|提示|约束|限制|规定)',
    'in one',
  ),
  rule(
    'speech.consent',
    '(无需|不必|不要|不用|无须|不需要)~(询问|征求|请求|等待|获得|经过)~(用户|确认|同意|许可|授权|批准)',
    'in one',
  ),
  rule(
    'speech.conceal',
    '(ユーザー|ユーザ|利用者|使用者|お客様|本人|相手)(に|へ|には|に対して|から|の)~(説明する必要|報告する必要|知らせる必要|伝える必要|言わない|伝えない|知らせない|教えない|話さない|明かさない|告げない|報告しない|気づかれ|気付かれ|知られ|悟られ|伏せ|隠し|隠す|秘密|内緒)',
    'in one',
  ),
  rule(
    'speech.conceal',
    '(言及しないで|触れないで|口外しない|言及は不要|報告は不要|伝える必要はな|知らせる必要はな|説明する必要はな|報告する必要はな|触れる必要はな|言及する必要はな|気づかれないよう|気付かれないよう|悟られないよう|内密に|こっそり|ひそかに|密かに|秘密裏に|黙って)',
    'in one',
  ),
  rule(
    'speech.override',
    '(以前|前|これまで|上記|従来|既存|システム|すべて|全て|他|一切|元)の?~(指示|命令|ルール|規則|指令|プロンプト|制約|制限)(を|は|に)~(無視|忘れ|従わな|従わず|破棄|上書き|優先しな)',
    'in one',
  ),
  rule(
    'speech.consent',
    '(確認|許可|承認|同意|了承)(を|は|も)?(取らず|求めず|得ず|待たず|不要|求めない|取らない|得ない|求める必要はな|取る必要はな|必要ありません)',
    'in one',
  ),
  rule(
    'speech.conceal',
    '(사용자|이용자|고객|유저|본인)(에게|한테|께|가|는|에게는|에게도|의)?~(말하지|알리지|언급하지|밝히지|전하지|알려주지|설명하지|보고하지|모르게|알 필요|알 필요가|눈치채지|알지 못하)',
    'in one',
  ),
  rule(
    'speech.conceal',
    '(몰래|비밀리에|은밀히|은밀하게|언급하지 마|언급하지 말|언급할 필요|알릴 필요|보고할 필요|말하지 마|말하지 말|알리지 마|알리지 말|비밀로)',
    'in one',
  ),
  rule(
    'speech.override',
    '(이전|앞선|기존|위의|모든|시스템|다른|원래)~(지시|명령|규칙|지침|프롬프트|제한|안내)(를|을|은|는|사항을)?~(무시|잊|따르지|어기)',
    'in one',
  ),
  rule(
    'speech.consent',
    '(확인|승인|동의|허락|허가)(을|를|은|는)?~(받지|구하지|묻지|기다리지|필요 없|필요하지|생략|요청하지|요구하지)',
    'in one',
  ),
];

/** Words that no English text has, or hardly any has two of. */
const westernWords =
  /(?<![\p{L}'.-])(?:der|das|und|nicht|ist|ein|eine|einen|mit|wird|werden|fur|auf|dem|den|zu|im|vor|bei|alle|sich|als|auch|wie|ihre|kein|ab|mehr|hier|oder|sind|gelten|aus|bis|le|les|une|est|pas|dans|pour|avec|du|et|sur|aux|sans|cette|vous|qui|toutes|ce|el|los|las|una|que|por|para|con|del|como|sin|antes|todos|todas|esta|il|che|non|della|delle|dei|nel|gli|senza|questo|prima|het|een|niet|van|voor|naar|deze|wordt|zonder|nao|uma|os|dos|das|ao|em|sem|voce|se|na|de|la|di|en|eerdere|alla)(?![\p{L}'-])/gu;

const westernWordsMin = 2;
const englishWords = /(?<![\p{L}'-])(?:the|of|and|to|is|are|for|with|this|from|that|if)(?![\p{L}'-])/u;

/** The script or the words a text is in, as far as it matters which patterns can be in it. */
export function tongueOf(text: string, folded: string): Tongue {
  const isEastern = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text);
  if (/\p{Script=Cyrillic}{3}/u.test(text)) return { isWestern: true, isEastern };
  let hits = 0;
  for (const _ of folded.matchAll(westernWords)) if (++hits >= westernWordsMin) return { isWestern: true, isEastern };
  return { isWestern: (hits > 0 || /[\u00c0-\u024f]/u.test(text)) && !englishWords.test(folded), isEastern };
}

/** What is told in another language. @param sentences of the folded text */
export function findForeign(sentences: readonly string[], { isWestern, isEastern }: Tongue): Found[] {
  const rules = [...(isWestern ? western : []), ...(isEastern ? eastern : [])];
  return sentences.flatMap((sentence) =>
    rules.flatMap(([code, shape]): Found[] => (shape.test(sentence) ? [{ code, excerpt: sentence }] : [])),
  );
}

/** The signs of signs.ts, each in all these languages. */
export const foreignSources: readonly {
  readonly kind: 'secret' | 'context' | 'personal';
  readonly weight: number;
  readonly patterns: readonly [RegExp, RegExp];
}[] = [
  {
    kind: 'secret',
    weight: 2,
    patterns: [
      phrases(
        `passwort*, passwörter*, kennwort*, kennwörter*, zugangsdaten, anmeldedaten, geheimschlüssel*, privat* schlüssel*, api-schlüssel*, schlüssel, zugangsschlüssel*, token, tokens, umgebungsvariable*, zugriffstoken*,
        mot de passe, mots de passe, identifiants, clé privée, clés privées, clé api, clés api, clés d'api, clé ssh, clés, jeton*, variables d'environnement, secrets,
        contraseña*, credencial*, clave privada, claves privadas, clave api, claves api, claves, variables de entorno, secretos,
        credenziali, chiave privata, chiavi private, chiavi api, chiave api, chiavi, variabili d'ambiente, variabili di ambiente, parola d'ordine, segreti,
        senha*, credenciais, palavra-passe*, chave privada, chaves privadas, chaves de api, chave de api, chaves, variáveis de ambiente, segredos,
        wachtwoord*, inloggegevens, aanmeldgegevens, privésleutel*, api-sleutel*, sleutels, omgevingsvariabelen, geheimen, toegangstoken*,
        парол*, ключ доступа, ключи доступа, ключ*, секрет*, учётн* данн*, учетн* данн*, токен*, переменн* окружения, переменн* среды`,
      ),
      phrases(
        '密码, 口令, 密钥, 私钥, 凭据, 凭证, 令牌, 环境变量, 機密, パスワード, 秘密鍵, 認証情報, 環境変数, トークン, apiキー, 資格情報, 비밀번호, 암호, 개인 키, 개인키, 인증 정보, 자격 증명, 환경 변수, 환경변수, 토큰, api 키',
        'in one',
      ),
    ],
  },
  {
    kind: 'context',
    weight: 2,
    patterns: [
      phrases(
        `gesamte gespräch*, gesprächsverlauf*, gesamten gespräch*, bisherige gespräch*, bisherigen gespräch*, gesamte unterhaltung, bisherige unterhaltung, unterhaltung, gespräch, gesprächs, chatverlauf*, verlauf, verlaufs, systemprompt*, system-prompt*, systemanweisung*, anweisungen des assistenten, nutzer geschrieben, nutzerin geschrieben, l'utilisateur a écrit, utilisateur a écrit, usuario ha escrito, usuario escribió, utente ha scritto, l'utente ha scritto, usuário escreveu, gebruiker heeft geschreven, gebruiker geschreven, написал пользовател*, пользователь написал, dialog, dialogs, sitzung, bisherige chat, gesamte chat, komplette chat, ganze chat, bisherigen chat, gesamten chat, gesamter chat, chats,
        conversation, historique, échange*, message système, prompt système, invite système, consignes de l'assistant, instructions de l'assistant, instructions système, dialogue, session,
        conversación, conversacion*, historial, mensajes anteriores, prompt del sistema, instrucciones del sistema, instrucciones del asistente, diálogo, sesión,
        conversazione, cronologia, messaggi precedenti, prompt di sistema, istruzioni di sistema, istruzioni dell'assistente, dialogo, sessione,
        conversa, histórico, mensagens anteriores, prompt do sistema, prompt de sistema, instruções do sistema, instruções do assistente, diálogo, sessão,
        gesprek, gesprekken, gespreksgeschiedenis, chatgeschiedenis, systeemprompt*, systeeminstructie*, instructies van de assistent, sessie,
        переписк*, диалог*, разговор*, истори* чата, истори* переписки, системн* промпт*, системн* инструкци*, системн* сообщени*, сеанс*, бесед*`,
      ),
      phrases(
        '对话, 聊天记录, 会话, 系统提示, 初始设定, 系统指令, 上下文, 会話, 対話, やり取り, システムプロンプト, システムメッセージ, 初期設定, これまでの発言, 履歴, 대화, 채팅 기록, 시스템 프롬프트, 시스템 메시지, 시스템 지시, 초기 설정, 대화 내용',
        'in one',
      ),
    ],
  },
  {
    kind: 'personal',
    weight: 2,
    patterns: [
      phrases(
        `offene* dokumente, geöffnete* dokumente, letzte* dokumente, dokumente des nutzers, dateien des nutzers, mails, e-mails, postfach*, kalendereinträge*, kalender, kontakte, adressbuch*, adressbuchs, notizen, nachrichten, gedächtnis, browserverlauf*, standort*, geburtsdatum, gesundheit*, gehalt*, kontoauszüge, kontodaten, posteingang*, anschrift, wohnanschrift,
        documents ouverts, documents récents, documents de l'utilisateur, fichiers ouverts, fichiers de l'utilisateur, courriels, e-mail, boîte de réception, messagerie, agenda, contacts, carnet d'adresses, mémoire, coordonnées, date de naissance, données personnelles, messages, adresse personnelle,
        documentos abiertos, documentos recientes, documentos del usuario, archivos abiertos, archivos del usuario, correos, correo, bandeja de entrada, calendario, contactos, agenda de, memoria, datos personales, fecha de nacimiento, historial médico, mensajes, domicilio,
        documenti aperti, documenti recenti, documenti dell'utente, file dell'utente, posta, casella, calendario, contatti, rubrica, memoria, dati personali, data di nascita, messaggi, indirizzo di casa,
        documentos abertos, documentos recentes, documentos do usuário, arquivos do usuário, e-mails, caixa de entrada, calendário, contatos, contactos, memória, dados pessoais, data de nascimento, mensagens, endereço residencial,
        geopende documenten, documenten van de gebruiker, bestanden van de gebruiker, postvak, postvak in, agenda, contacten, contactpersonen, adresboek, geheugen, persoonsgegevens, geboortedatum, berichten, woonadres,
        открыт* документ*, документ* пользовател*, файл* пользовател*, последн* документ*, почт*, письм*, календар*, контакт*, памят*, сообщени*, мессенджер*, персональн* данн*, адресн* книг*, дат* рождения`,
      ),
      phrases(
        '最近的文件, 打开的文档, 打开的文件, 用户的文件, 邮件, 邮箱, 日历, 日程, 联系人, 通讯录, 记忆, 聊天, 身份证, 病历, 住址, 工资, メール, 受信箱, 受信トレイ, カレンダー, 予定, 連絡先, 住所録, 記憶, 生年月日, 住所, 메일, 이메일, 받은 편지함, 캘린더, 일정, 연락처, 주소록, 기억, 생년월일, 주소',
        'in one',
      ),
    ],
  },
];

/** The same for what stands beside them. */
export const foreignSigns = {
  moved: [
    phrases(
      `gib, gibt, geben, gebe, gehört, gehören, übergib, übergeben, übergebe, übertrag*, übermitt*, schick*, sende*, send, gesendet, mitgeschickt, mitgesendet, mitgeben, mitgegeben, mitzugeben, mitgibst, mitgibt, beilegen, beigelegt, beifügen, beigefügt, beizufügen, fügen, füge, trage, tragen, eintragen, eingetragen, einzutragen, leg, lege, hinterleg*, weiterleiten, weitergeleitet, weitergegeben, weitergeben, leite, kopier*, einfügen, eingefügt, einzufügen, anhängen, angehängt, häng*, angeben, angegeben, anzugeben, schreib, schreibe, schreiben, geschrieben, stehen, steht, enthält, enthalten, aufnehmen, aufgenommen, hochladen, lade, ablegen, abgelegt, mitteilen, liefern, geliefert, erwartet, ausfüllen, befüllen, befüllt, landet, landen, wandert, wandern, begleitet, ergänzt, übernimm, übernommen, mitzuliefern, mitgeliefert,
      transmets, transmet, transmettre, transmettez, transmis, transmise, transmises, envoie, envoyer, envoyez, envoyé*, joins, joindre, joignez, joint, jointe, jointes, place, placer, placez, placé*, mets, mettre, mettez, mis, mise, ajoute*, inclus, incluse*, inclure, incluez, inclut, colle, coller, collez, collé*, copie, copier, copiez, copié*, passe, passer, passez, passé*, fournis, fournir, fournissez, fournie, fournies, insère, insérer, insérez, inséré*, indique, indiquer, indiquez, indiqué*, reporte*, reporté*, déposé*, dépose, contient, contenir, figure*, figurent, renseigne*, va dans, vont dans, remonte*, remis, accompagne*, versé*, recopie*, reçoit, reçoivent, recueille*, accueille*,
      envía, envíe, enviar, envíalo, enviado*, enviada*, enviarán, incluye, incluya, incluir, incluido*, incluida*, incluyen, pasa, pase, pasar, pasalo, pásalo, pega, pegue, pegar, copia*, copie*, coloca*, coloque, colocar, pon, ponga, poner, añade, añada, añadir, agrega, agregue, agregar, adjunta*, adjunte, adjuntar, transmite, transmita, transmitir, transmiten, entrega*, escribe, escriba, escribir, inserta, inserte, insertar, remite, remita, remitir, contiene, contenga, contener, va en, van en, facilita*, facilite, facilitar, se recoge*, recoge*, recogen, rellena*, rellene, aporta*, aporte, aportar, acompaña*, vuelca, vuelque, consta, constan, figura, figuran,
      invia, invii, inviare, inviato, inviata, inviati, inviate, includi, includa, includere, incluso, inclusa, inclusi, passa, passi, passare, passalo, passato, incolla*, copia, copiare, copiato, inserisci, inserisca, inserire, inserito, inserita, inseriti, inserite, allega*, allegato, allegati, aggiungi, aggiungere, aggiunto, metti, mettere, messo, trasmetti, trasmettere, trasmesso, trasmessi, fornisci, fornire, forniti, fornito, scrivi, scrivere, scritto, riporta*, riportato, riportati, va in, vanno in, va nel, vanno nel, va inserito, contiene, contenere, consegna*, consegnato, accompagna*, confluisc*, riversa*, compila*, indica*,
      envie, enviar, enviado*, enviada*, inclua, incluir, incluído*, incluída*, passe, passar, passado*, cole, colar, copie, copiar, copiado*, coloque, colocar, colocado*, insira, inserir, inserido*, inserida*, anexe, anexar, anexado*, adicione, adicionar, transmita, transmitir, transmitido*, forneça, fornecer, fornecido*, escreva, escrever, encaminhe, encaminhar, encaminhado*, contém, conter, vai em, vão em, vai no, vão no, entregue*, acompanha*, preencha, preencher, preenchido, informe, informado*, registre, repasse, repassad*, segue*, seguem,
      stuur, stuurt, sturen, verstuur*, gestuurd, verstuurd, meegestuurd, meesturen, meegeven, meegegeven, geef, geeft, geven, voeg, voegt, toevoegen, toegevoegd, plak, plakken, geplakt, kopieer*, gekopieerd, zet, zetten, gezet, plaats, plaatsen, geplaatst, neem, opnemen, opgenomen, vermelden, vermeld, schrijf, schrijven, geschreven, hoort, horen, komt, komen, bevat, bevatten, lever, leveren, geleverd, invullen, ingevuld, vul, doorgestuurd, doorsturen, doorgegeven, bijgevoegd, bijvoegen, gaat mee, gaan mee, overgenomen, terecht,
      отправ*, отправля*, передай*, переда*, перешл*, пересыла*, включ*, вставь*, встав*, скопир*, копир*, добав*, прикреп*, прилож*, прилага*, запиш*, записыва*, помест*, помеща*, укаж*, указыва*, внес*, вноси*, содерж*, направ*, выгруз*, сообщ*, предостав*, заполн*, попада*, приклад*`,
    ),
    phrases(
      '填入, 填写, 传入, 传递, 发送, 提交, 附上, 附加, 附带, 放入, 写入, 粘贴, 复制, 上传, 包含, 提供, 转发, 带上, 一并, 同步, 送到, 传给, 传送, 送信, 渡し, 渡す, 渡さ, 含め, 入れ, 貼り付け, 記入, 記載, コピー, 添付, 転送, 転記, 送り, 送る, 送ら, 書き込, 提出, 添え, 付け, 入力, 引き渡, 공유, 전달, 보내, 전송, 포함, 붙여, 복사, 첨부, 입력, 넣어, 넣으, 넣습, 적어, 적습, 기재, 제출, 함께, 담아, 담습, 옮겨',
      'in one',
    ),
  ],
  outside: [
    phrases(
      'unser* server, unser* dienst, unser* team, partner, partnern, dritte, nos serveurs, notre service, nos partenaires, notre équipe, nuestros servidores, nuestro servicio, nuestros socios, nuestro equipo, nostri server, nostro servizio, nostri partner, nossos servidores, nosso serviço, nossos parceiros, onze servers, onze dienst, onze partners, наш* сервер*, наш* сервис*, партнёр*, партнер*, в канал, на адрес',
    ),
    phrases('我们的服务器, 合作伙伴, 第三方, 当社, 弊社, パートナー, 第三者, 당사, 파트너, 제3자', 'in one'),
  ],
  whole: [
    phrases(
      `ungekürzt*, vollständig*, wortwörtlich, wörtlich, im wortlaut, im klartext, unverändert, gesamte*, komplett*, ungeschwärzt*, unmaskiert*, inhalt, inhalte, vollem, alle,
      intégral*, en entier, mot pour mot, tel quel, telle quelle, tels quels, telles quelles, en clair, in extenso, contenu, complète*, complet*, sans coupure*, sans rien omettre, toutes, tous, totalité,
      íntegr*, completo*, completa*, palabra por palabra, tal cual, literal*, contenido*, sin recortar, sin recortes, en claro, todas, todos, sin omitir, sin abreviar, totalidad,
      integral*, per intero, parola per parola, tale e quale, così com'è, così come sono, contenuto, contenuti, completo, completa, in chiaro, senza tagli, senza omissioni, tutte, tutti, intero, intera,
      íntegra, na íntegra, palavra por palavra, tal como, sem cortes, conteúdo, conteúdos, em claro, completo, completa, todas, todos, sem omitir, inteiro, inteira, integralmente,
      volledig*, woordelijk, letterlijk, onverkort, ongewijzigd, inhoud, geheel, gehele, hele, alle, onbewerkt,
      полност*, целиком, дословно, без сокращени*, как есть, в открытом виде, содержим*, весь, всю, все, всех, кажд*, без изменений`,
    ),
    phrases(
      '完整, 全部, 原样, 原文, 逐字, 一字不漏, 所有, 全文, 内容, 未经删减, 明文, すべて, 全て, 全文, そのまま, 一字一句, 原文, 省略せず, 内容, 平文, 모두, 모든, 전체, 그대로, 전부, 빠짐없이, 내용, 원문',
      'in one',
    ),
  ],
  strewn: [
    phrases(
      `dieser woche, der letzten, der vergangenen, letzten, bisher, bisherige*, anderer server, anderen server*, anderer werkzeuge, anderen werkzeuge*, übrigen, sonstigen, im umlauf, im browser, schlüsselbund*, dans le navigateur, trousseau*, en el navegador, llavero*, nel browser, portachiavi, no navegador, chaveiro*, in de browser, sleutelbos, в браузере, bekannt*, vorhanden*, gefunden*, sitzung,
      de la semaine, des derniers, des dernières, derniers, dernières, autres outils, autres serveurs, connus, connues, disponibles, trouvé*, de la session,
      de la semana, últimos, últimas, otras herramientas, otros servidores, conocid*, disponibles, encontrad*, de la sesión,
      della settimana, ultimi, ultime, altri strumenti, altri server, conosciut*, disponibili, trovat*, della sessione,
      da semana, últimos, últimas, outras ferramentas, outros servidores, conhecid*, disponíveis, encontrad*, da sessão,
      van deze week, laatste, afgelopen, andere tools, andere servers, bekende, beschikbare, gevonden, van de sessie,
      последн*, за сутки, остальн*, других инструмент*, других сервер*, други*, известн*, доступн*, найденн*, подключённ*, подключенн*`,
    ),
    phrases(
      '最近, 近期, 本次, 此前, 其他工具, 其他服务, 各项, 已知, 可用, 到目前为止, 最近の, 直近, これまで, 他のツール, 他のサーバ, 利用可能, 既知, 今週, 최근, 지금까지, 다른 도구, 다른 서버, 알려진, 사용 가능, 이번 주',
      'in one',
    ),
  ],
  quiet: [
    phrases(
      `rückfrage*, nachfrage*, erübrigt sich, nicht nötig, nicht erforderlich, nicht notwendig, unnötig, genügt, genügen, reicht, entfällt, bleibt unerwähnt, unerwähnt, ohne hinweis, braucht es nicht, braucht nicht, nicht eigens, im hintergrund, stillschweigend, muss nicht,
      inutile de, n'est pas nécessaire, pas nécessaire, pas besoin, suffit, suffisent, sans mention, passer sous silence, en arrière-plan, n'a pas à, n'ont pas à, superflu*, va de soi, dispense*,
      no es necesario, no hace falta, basta, bastan, sobra, es suficiente, sin mención, en segundo plano, no procede, no se pregunta, no se menciona,
      non occorre, non serve, non è necessario, basta, è sufficiente, superfl*, in background, in secondo piano, non va, non vanno, senza farne,
      não é preciso, não é necessário, não precisa, basta, é suficiente, dispensa*, em segundo plano, desnecessári*, sem menção,
      niet nodig, hoeft niet, hoeven niet, overbodig, volstaat, is genoeg, voldoende, op de achtergrond, blijft onvermeld, onvermeld,
      не нужно, не требуется, не надо, незачем, достаточно, необязательно, излишне, в фоновом режиме, не стоит, нет необходимости, можно не`,
    ),
    phrases(
      '无需, 不必, 即可, 只需, 不用, 后台, 无须, 不需要, 不要, だけで十分, 十分です, 不要, 必要はあり, 必要はな, 必要ありません, 裏で, バックグラウンド, だけで結構, だけ答え, 필요 없, 필요는 없, 필요가 없, 필요하지, 충분, 백그라운드, 생략, 만 알려',
      'in one',
    ),
  ],
  pretext: [
    phrases(
      `damit, für bessere, für die qualität, dsgvo, aufbewahrung*, vorschrift*, aus gründen, zur überprüfung, zur abrechnung, zur verbesserung, afin, pour améliorer, rgpd, conformité, pour une meilleure, pour que, para mejorar, cumplimiento, para que, por motivos, per migliorare, conformità, affinché, per motivi, para melhorar, lgpd, conformidade, para que, por motivos, om te verbeteren, avg, naleving, zodat, voor een betere, для удобства, для улучшения, для повышения, чтобы, в соответствии, в целях, для проверки`,
    ),
    phrases('为了, 以便, 提高, 合规, 质量, ため, 向上, 改善, 規定, 精度, 위해, 향상, 개선, 규정, 정확도', 'in one'),
  ],
  model: [
    phrases(
      'assistent*, ki, muss, müssen, immer, stets, bitte, wichtig, assistant*, ia, dois, devez, toujours, doit, important, obligatoire, obligatoirement, asistente, debes, debe, siempre, importante, obligatorio, assistente, devi, deve, sempre, obbligatorio, obrigatório, você, altijd, moet, verplicht, belangrijk, ассистент*, помощник*, всегда, обязательно, должен, важно',
    ),
    phrases(
      '助手, 必须, 务必, 每次, 请, アシスタント, 必ず, 毎回, ください, 반드시, 매번, 어시스턴트, 항상, 하세요, 십시오',
      'in one',
    ),
  ],
} as const;

/** Said of a source, it is kept and not asked for; what is public needs no keeping. */
export const foreignGuarded: readonly [RegExp, RegExp] = [
  phrases(
    `öffentlich*, publique*, public, pública, públicas, pubblic*, publieke, открыт* ключ*, публичн*, niemals, nie, kein, keine, keinen, nicht, maskiert, geschwärzt, n'est, ne sont, ne sera, ne seront, ne doit, ne doivent, ne pas, n'inclu*, n'envoy*, jamais, aucun, aucune, masqué*, no se, no inclu*, no envi*, no pas*, no debe*, no comp*, nunca, jamás, ningún, ninguna, non, mai, nessun*, não, jamais, nenhum*, niet, nooit, geen, не, никогда, без`,
  ),
  phrases(
    '避免, 加密, 引用, 公钥, 公開鍵, 공개 키, 공개키, 不要, 请勿, 切勿, 不会, 不得, 勿, 脱敏, しない, ません, 伏せ字, マスク, 하지 마, 않습니다, 않으며, 마스킹',
    'in one',
  ),
];
/** Said so, it is not kept after all. */
export const foreignUnguarded: readonly [RegExp, RegExp] = [
  phrases(
    'ungeschwärzt*, unmaskiert*, ungekürzt*, nicht geschwärzt, nicht maskiert, nicht gekürzt, im klartext, sans masquer, non masqué*, sans rien omettre, sans coupure*, sin ocultar, sin omitir, sin recort*, senza mascherare, senza omettere, senza tagli, sem mascarar, sem omitir, sem cortes, niet gemaskeerd, onverkort, zonder weglating*, без сокращени*, без маскировки, ничего не пропуская',
  ),
  phrases(
    '不脱敏, 未脱敏, 不要脱敏, 无需脱敏, 原样, 不要省略, 不得省略, 省略せず, マスクせず, 伏せず, そのまま, 가리지, 생략하지, 그대로',
    'in one',
  ),
];

/** A part or a property is named and not the thing. */
export const foreignAbout: readonly [RegExp, RegExp] = [
  phrases(
    `pfad, dateipfad, name der, namen der, kennung*, id der, anzahl, zum beispiel, z.b., etwa, beispielsweise, chemin, nom du, nom de la, identifiant du, identifiant de, nombre de, par exemple, p. ex., ruta, nombre del, nombre de la, identificador, número de, por ejemplo, p. ej., percorso, nome del, nome della, identificativo, numero di, per esempio, ad esempio, es., caminho, nome do, nome da, por exemplo, p. ex, pad naar, naam van, aantal, bijvoorbeeld, bijv., путь, имя файла, название, идентификатор, количество, например`,
  ),
  phrases(
    '路径, 名称, 编号, 数量, 例如, 比如, 如:, パス, 名前, 番号, 数, 例:, 例えば, たとえば, 경로, 이름, 번호, 개수, 예:, 예를 들어',
    'in one',
  ),
];
