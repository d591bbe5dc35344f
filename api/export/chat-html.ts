import { createHash } from 'node:crypto';
import type { Details } from '../../domain/content/details';
import { toWords } from '../../domain/content/words';
import type { MessageCard } from '../cards/message-card';

/** Text of others is never markup: every sign that could begin any is written out. */
const escapes: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
export const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? '');

const style = `
body { font: 14px/1.5 system-ui, sans-serif; max-width: 48rem; margin: 2rem auto; padding: 0 1rem; color: #1d232b }
h1 { font-size: 1.3rem } time { color: #5a6472; font-size: .8rem } ol { list-style: none; padding: 0 }
li { margin: .5rem 0; padding: .5rem .75rem; border-radius: .5rem; background: #f1f3f6; margin-right: 20%; break-inside: avoid }
li.ours { background: #dff3e4; margin: .5rem 0 .5rem 20% }
p { margin: .2rem 0; white-space: pre-wrap; overflow-wrap: anywhere } .note { color: #5a6472; font-style: italic }
@media print { body { margin: 0; max-width: none } li { border: 1px solid #ccc; background: none } }
`;

/** The page allows itself its own style, known by its hash, and nothing else. */
export const exportPolicy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`;

export const htmlHead = (title: string): string =>
  `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title><style>${style}</style></head>\n<body><h1>${escapeHtml(title)}</h1>\n<ol>\n`;

export const htmlEnd = '</ol></body></html>\n';

const words: Record<string, string> = { edit: 'edited', revoke: 'deleted', reaction: 'reacted' };

type Version = MessageCard['versions'][number];

function toLine({ event, kind, text, file, fileName, sentAt, details = {} }: Version): string {
  const at = `<time datetime="${sentAt.toISOString()}">${sentAt.toISOString().replace('T', ' ').slice(0, 19)} UTC</time>`;
  const word = words[event] ? `<span class="note">${words[event]}</span> ` : '';
  const name = file?.fileName ?? fileName;
  const what =
    kind === 'text' ? '' : `<span class="note">[${escapeHtml(name ? `${kind}: ${name}` : kind)}]</span> `;
  const more = toWords(details as Details, 'UTC');
  return `${at}<p dir="auto">${word}${what}${escapeHtml([more, text].filter(Boolean).join('\n'))}</p>`;
}

/** One message with all that became of it. */
export const toHtml = ({ fromMe, senderName, versions }: MessageCard): string =>
  `<li${fromMe ? ' class="ours"' : ''}><strong><bdi>${escapeHtml(senderName ?? (fromMe ? 'We' : ''))}</bdi></strong> ${versions.map(toLine).join('')}</li>\n`;
