import type { ContactDirectory } from './contact-directory';

/** Why a contact that was chosen cannot be linked, for people; null: it is there. Its numbers do not matter. */
export async function whyNotThere(crm: ContactDirectory, crmContactId: number): Promise<string | null> {
  const { cards, unreadable } = await crm.readCards([crmContactId]);
  if (unreadable.length > 0) return 'The chosen contact cannot be read in Bitrix24.';
  return cards.length === 0 ? 'The chosen contact does not exist in Bitrix24.' : null;
}
