import { html, type Markup } from '../html/markup.ts';
import type { Timeline } from './timeline.ts';

/** A person as the reader may know them: the name where keys tell it, and the pseudonym the log holds. */
export function personMarkup(subject: string, { people }: Pick<Timeline, 'people'>): Markup {
  const name = people.get(subject);
  return name === undefined ? html`${subject}` : html`${name} <code>${subject}</code>`;
}
