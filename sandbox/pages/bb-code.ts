import { escapeHtml } from './html';

const boldPair = /\[b\](.*?)\[\/b\]/gis;

/**
 * A comment as markup: `[B]…[/B]` becomes bold, everything else, other BB code included, is shown as written.
 * A last line that stands apart and holds no spaces is the writer's own mark: it is shown dimmed.
 */
export function toCommentMarkup(text: string): string {
  const lines = text.replace(/\r\n?/g, '\n').trimEnd().split('\n');
  const last = lines.at(-1) ?? '';
  const isMarked = lines.length > 1 && /^\S{6,}$/.test(last);
  const shown = (isMarked ? lines.slice(0, -1) : lines).join('\n').trimEnd();
  const body = escapeHtml(shown).replace(boldPair, '<b>$1</b>');
  const marker = isMarked ? `<div class="marker">${escapeHtml(last)}</div>` : '';
  return `<div class="text">${body}</div>${marker}`;
}
