import type { Contact, StoredFile, TimelineComment } from '../data/records';
import type { PortalState } from '../portal-state';
import { toText } from '../rest/method';
import { toCommentMarkup } from './bb-code';
import { toDisplayName, valuesOf } from './contact-name';
import { familyOf } from './file-type';
import { escapeHtml, toPage } from './html';

const maxComments = 200;

function toDefinition(term: string, values: readonly string[]): string {
  if (values.length === 0) return '';
  return `<dt>${term}</dt>${values.map((value) => `<dd>${escapeHtml(value)}</dd>`).join('')}`;
}

function toCard(contact: Contact): string {
  const origin = toText(contact.fields['originatorId']);
  return `<aside class="card"><dl>
${toDefinition('Phone', valuesOf(contact, 'PHONE'))}
${toDefinition('E-mail', valuesOf(contact, 'EMAIL'))}
${toDefinition('Created by', origin === '' ? [] : [origin])}
${toDefinition('Contact id', [String(contact.id)])}
</dl></aside>`;
}

/** A picture is shown, sound and film can be played, all else is downloaded. */
function toFigure({ id, name, sizeBytes }: StoredFile): string {
  const address = `/disk/downloadFile/${id}`;
  const shown = {
    image: `<a href="${address}"><img src="${address}" alt=""></a>`,
    audio: `<audio controls preload="metadata" src="${address}"></audio>`,
    video: `<video controls preload="metadata" src="${address}"></video>`,
    other: '',
  }[familyOf(name)];
  const link = `<a href="${address}">${escapeHtml(name)}</a> <span class="when">${sizeBytes} bytes</span>`;
  return `<figure>${shown}<figcaption>${link}</figcaption></figure>`;
}

function toFileLinks({ files }: TimelineComment): string {
  if (files.length === 0) return '';
  return `<div class="files">${files.map(toFigure).join('\n')}</div>`;
}

function toEntry(comment: TimelineComment, { clock }: PortalState): string {
  const when = clock.format(comment.createdAtMs).replace('T', ' ');
  return `<article class="card">
<div class="when">Comment ${comment.id} · ${escapeHtml(when)}</div>
${toCommentMarkup(comment.text)}${toFileLinks(comment)}
</article>`;
}

/** One contact: the card beside its timeline, newest first. */
export function toContactPage(portal: PortalState, contact: Contact): string {
  const comments = portal.data.commentsOf(contact.id).reverse();
  const entries = comments.slice(0, maxComments).map((comment) => toEntry(comment, portal));
  const older = comments.length - entries.length;
  const timeline =
    entries.length === 0 ? '<p class="empty">Nothing on the timeline yet.</p>' : entries.join('\n');
  const body = `<h1>${escapeHtml(toDisplayName(contact))}</h1>
<div class="columns">
${toCard(contact)}
<section>${timeline}${older > 0 ? `<p class="empty">and ${older} older</p>` : ''}</section>
</div>`;
  return toPage(toDisplayName(contact), body);
}

/** Shown for a contact or a file that does not exist, or no longer. */
export const toMissingPage = (): string =>
  toPage('Not found', '<h1>Not found</h1><p class="empty">It was deleted, merged, or never existed.</p>');
