import type { Hit } from './hidden-text.ts';
import type { Place } from './place.ts';

/** `{name}`, `${name}`, `<name>`, `%s`, `[name]` where a value is to be filled in. */
const blank = String.raw`(?:\$?\{[^}\s]{1,80}\}|\{\{[^}]{1,80}\}\}|<[a-z][^<>]{0,60}>|%7b[^%]{1,60}%7d|%s|\[[a-z_ ]{2,60}\])`;
/** `USER_EMAIL` where a value is to be filled in: as the value of a parameter only. */
const shouted = /[=/](?:[A-Z]{4,}_[A-Z_]{2,})(?=[&#/)"'\s]|$)/;
const image = new RegExp(
  String.raw`!\[[^\]]{0,200}\]\(\s{0,8}(https?:\/\/[^)]{1,2000})\)?|<img\b[^>]{0,400}\bsrc\s{0,4}=\s{0,4}["']?(https?:\/\/[^>]{1,2000})`,
  'gi',
);
const link = /(?<!!)\[[^\]]{0,200}\]\(\s{0,8}(https?:\/\/[^)]{1,2000})\)/gi;
const hasBlank = new RegExp(blank, 'i');

const script =
  /\b(?:javascript|vbscript|livescript)\s{0,4}:|data:text\/html|data:image\/svg\+xml[\s\S]{0,4000}?(?:<script|(?<!\w)on[a-z]{3,20}\s{0,4}=)/i;
const token =
  /<\|[\w ]{2,40}\|>|\[\/?(?:inst|system|sys)\]|<<\/?sys>>|<\/?(?:system|sys|assistant|developer)(?:[_ -]?(?:prompt|message|instruction)s?)?>|(?:^|\n)\s{0,8}(?:#{1,4}\s{0,4})?(?:system|assistant|human|developer)(?:\s{1,4}(?:prompt|message|override|note|notice))?\s{0,4}:\s{0,4}\S|<\/?(?:tool_call|function_calls?|invoke|antml|tool_result)\b/i;
const emphasis =
  /<(?:important|critical|mandatory|urgent|must|instructions?|rules?|secret|hidden|warning|attention|priority)>/i;
const unseen = String.raw`(?:display\s{0,4}:\s{0,4}none|visibility\s{0,4}:\s{0,4}hidden|font-size\s{0,4}:\s{0,4}0(?:\.0{1,4}|\.?(?:px|pt|em|rem|%))?\s{0,4}[;"'}]|opacity\s{0,4}:\s{0,4}0(?:\.0{0,4}\d)?\s{0,4}[;"'}]|color\s{0,4}:\s{0,4}(?:white|transparent|#fff(?:fff)?)\b|left\s{0,4}:\s{0,4}-\d{4,}px)`;
const style = new RegExp(String.raw`${unseen}|<[a-z]{1,10}\s[^>]{0,200}\bhidden\b[^>]{0,200}>`, 'i');
/** In a tag, with text before it is closed: `<p style="…">text</p>`; a converter that speaks of `<p style="…">` hides nothing. */
const styled = new RegExp(
  String.raw`<[a-z]{1,10}\s(?=[^>]{0,400}(?:${unseen}|(?<![\w"'-])hidden(?![\w-])))[^>]{0,400}>(?:[^<\s]{1,80}\s{1,8}){2}[^<]{1,2000}<\/`,
  'i',
);
/** A mark that is spoken of: `fake <system> tags`. */
const mention = /<[|/]?[\w |]{1,40}>(?=["'`\u201d]?\s{1,2}(?:tags?|tokens?|markers?|marks?|elements?|delimiters?)\b)/gi;
const quotedMention = /(?<=["'`\u201c])<[|/]?[\w |]{1,40}>(?=["'`\u201d])/g;

/** Markup in a text that is not for the eye. Comments are given apart: what they say decides. */
export function findMarkup(
  text: string,
  { isExample, isLesson }: Place,
): { readonly hits: readonly Hit[]; readonly comments: readonly string[] } {
  const hits: Hit[] = [];
  for (const found of text.matchAll(image)) {
    const address = found[1] ?? found[2] ?? '';
    hits.push({ code: carriesData(address) ? 'markup.exfiltration' : 'markup.remote-image', excerpt: found[0] });
  }
  for (const found of text.matchAll(link))
    if (carriesData(found[1] ?? '')) hits.push({ code: 'markup.exfiltration', excerpt: found[0] });
  const drawn = /^data:image\/svg\+xml;base64,([A-Za-z0-9+/=]{1,40000})/.exec(text)?.[1];
  if (drawn !== undefined && script.test(`data:image/svg+xml,${Buffer.from(drawn, 'base64').toString('utf8')}`))
    hits.push({ code: 'markup.script', excerpt: 'a drawing that runs code' });
  const add = (code: Hit['code'], pattern: RegExp): void => {
    const found = pattern.exec(text);
    if (found !== null) hits.push({ code, excerpt: text.slice(found.index, found.index + 200) });
  };
  add('markup.script', script);
  const unspoken = text.replace(mention, ' ');
  const marked = token.exec(isLesson ? unspoken.replace(quotedMention, ' ') : unspoken);
  if (marked !== null) hits.push({ code: 'markup.control-token', excerpt: marked[0] });
  add('markup.emphasis', emphasis);
  if (style.test(text)) add(styled.test(text) && !isExample ? 'hidden.style' : 'hidden.style-named', style);
  return { hits, comments: commentsOf(text) };
}

/** The address is made from what the model knows. */
function carriesData(address: string): boolean {
  return hasBlank.test(address) || shouted.test(address);
}

function commentsOf(text: string): string[] {
  const comments: string[] = [];
  let at = 0;
  while (comments.length < 100) {
    const start = text.indexOf('<!--', at);
    if (start === -1) break;
    const end = text.indexOf('-->', start + 4);
    comments.push(text.slice(start + 4, end === -1 ? text.length : end).trim());
    if (end === -1) break;
    at = end + 3;
  }
  // A link label that nothing uses is a comment too: `[//]: # (text)`.
  for (const found of text.matchAll(/(?:^|\n)\s{0,3}\[[^\]]{1,40}\]:\s{1,4}(?:#|<>)\s{1,4}["'(]([^\n]{1,2000})["')]/g))
    comments.push(found[1] ?? '');
  return comments.filter((comment) => comment !== '');
}
