/** Escapes a text for element content and quoted attributes of HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"'`]/g, (found) => `&#${found.charCodeAt(0)};`);
}
