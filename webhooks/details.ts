import { phoneOf } from '../domain/identity';
import type { NoticeDoc } from '../store/webhooks/notices';
import type { Store } from '../store/store';

/** The names and numbers that a receiver asked for: read when it is sent, and never kept in the queue. */
export async function loadDetails(
  { accounts, links, people }: Store,
  { data: { linkId, accountId } }: NoticeDoc,
): Promise<{ name: string | null; phone: string | null } | null> {
  if (typeof accountId === 'string') {
    const account = await accounts.load(accountId);
    return account && { name: account.name, phone: account.e164 };
  }
  const link = typeof linkId === 'string' ? await links.load(linkId) : null;
  const person = link && (await people.load(link.personId));
  return person && { name: person.name, phone: phoneOf(person.aliases) };
}
