import type { Contact } from '../data/records';
import type { PortalState } from '../portal-state';
import { toDisplayName, valuesOf } from './contact-name';
import { escapeHtml, toPage } from './html';

const maxRows = 500;

function toRow(portal: PortalState, contact: Contact): string {
  const comments = portal.data.countComments(contact.id);
  return `<tr>
<td><a href="/crm/contact/details/${contact.id}/">${escapeHtml(toDisplayName(contact))}</a></td>
<td>${valuesOf(contact, 'PHONE').map(escapeHtml).join('<br>')}</td>
<td>${comments === 0 ? '<span class="empty">none</span>' : comments}</td>
</tr>`;
}

/** All contacts with their numbers of comments; those with the newest comments first. */
export function toContactListPage(portal: PortalState): string {
  const { data } = portal;
  const newest = (contact: Contact) => data.commentsOf(contact.id).at(-1)?.id ?? 0;
  const contacts = [...data.contacts.values()].map((contact) => ({ contact, newest: newest(contact) }));
  contacts.sort((a, b) => b.newest - a.newest || a.contact.id - b.contact.id);
  const rows = contacts.slice(0, maxRows).map(({ contact }) => toRow(portal, contact));
  const more = contacts.length > maxRows ? `<p class="empty">and ${contacts.length - maxRows} more</p>` : '';
  const body = `<h1>Contacts</h1>
<div class="card"><table>
<thead><tr><th>Name</th><th>Phone</th><th>Timeline comments</th></tr></thead>
<tbody>${rows.join('\n')}</tbody>
</table>${more}</div>`;
  return toPage('Contacts', body);
}
