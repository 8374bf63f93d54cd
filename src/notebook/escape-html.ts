import { shownLine } from '../check';

/** Escapes text for HTML and SVG, within attributes too, and makes control characters visible. */
export function escapeHtml(text: string): string {
  return shownLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
