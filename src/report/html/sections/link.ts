import { html, type Markup } from '../markup.ts';

/** A link to a web page, or plain text when the address is not http(s): `javascript:` and its kind never become links. */
export function linkTo(url: string, text = shortened(url)): Markup {
  if (!/^https?:\/\/[^\s"'<>]+$/.test(url)) return html`${url}`;
  return html`<a href="${url}" rel="noopener noreferrer nofollow">${text}</a>`;
}

function shortened(url: string): string {
  const bare = url.replace(/^https?:\/\/(?:www\.)?/, '').replace(/\/$/, '');
  return bare.length > 72 ? `${bare.slice(0, 34)}…${bare.slice(-36)}` : bare;
}
