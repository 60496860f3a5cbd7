/**
 * Codes among the `reasons` of an imported event that say in clear what its sealed payload holds, so that the audit-gap
 * report needs to open none. `has-…`: the content is there. `no-…`: the source left it out.
 */
export const contents = ['prompt', 'response', 'arguments', 'result'] as const;
export type Content = (typeof contents)[number];

/** The source cut content off. */
export const truncated = 'truncated';
/** The source replaced content by a mark. */
export const redacted = 'redacted';
/** A model asked for this call; nothing here says that it was made. */
export const requestedByModel = 'requested-by-model';

/** The code that says whether content is there. */
export function contentCode(content: Content, present: boolean): string {
  return `${present ? 'has' : 'no'}-${content}`;
}
