import { z } from 'zod';
import type { ContactCard } from '../domain/contact-match';
import type { Batcher } from './batcher';
import { type ChangeCursor, type ContactChanges, findChanges } from './contact-changes';
import { fetchCards, findByOrigin } from './contact-items';
import { findByPhone, searchCards } from './contact-search';
import { UnknownOutcomeError } from './errors';
import { createAsk, type AskOptions } from './ask';

/** A contact to be made. `originatorId`/`originId` are how it is found again; the portal does not keep them unique. */
export interface NewContact {
  /** Empty: the number stands for the name, since the portal wants one. */
  name: string;
  e164: string;
  originatorId: string;
  originId: string;
  /** The employee who is responsible; absent: the webhook's user. */
  assignedById?: number | undefined;
  claim?: ((sentAt: Date) => Promise<boolean>) | undefined;
  signal?: AbortSignal | undefined;
}

export type AddedContact = { kind: 'added'; crmContactId: number } | { kind: 'notClaimed' };

/** The contacts of one portal. Every method throws the errors of `errors.ts`. */
export interface Contacts {
  /**
   * For each value as given (send `+<digits>`) the ids of the contacts that hold it by Bitrix24's own normalisation,
   * to be verified by their cards. 20 or more for one value cannot be listed: AskAdminError `TOO_MANY_HITS`.
   */
  findByPhone(values: readonly string[], options?: AskOptions): Promise<number[][]>;
  /** The cards in the order of the ids; contacts that no longer exist are absent. */
  fetchCards(ids: readonly number[], options?: AskOptions): Promise<ContactCard[]>;
  /** By id, phone or parts of a name, for a person who looks for a contact. */
  searchCards(query: string, limit: number, options?: AskOptions): Promise<ContactCard[]>;
  /** Not idempotent: look for the origin and the phone first. */
  addContact(contact: NewContact): Promise<AddedContact>;
  /** Contacts made for this origin, oldest first. */
  findByOrigin(originatorId: string, originId: string, options?: AskOptions): Promise<number[]>;
  /** Contacts changed since the cursor, oldest first, up to a page at a time. */
  listUpdatedSince(cursor: ChangeCursor, options?: AskOptions): Promise<ContactChanges>;
}

const addedSchema = z.object({ item: z.object({ id: z.coerce.number().int().positive() }) });

export function createContacts(batcher: Batcher): Contacts {
  const ask = createAsk(batcher);
  return {
    findByPhone: (values, options) => findByPhone(ask, values, options),
    fetchCards: (ids, options) => fetchCards(ask, ids, options),
    searchCards: (query, limit, options) => searchCards(ask, query, limit, options),
    addContact: (contact) => addContact(batcher, contact),
    findByOrigin: (originatorId, originId, options) => findByOrigin(ask, { originatorId, originId }, options),
    listUpdatedSince: (cursor, options) => findChanges(ask, cursor, options),
  };
}

async function addContact(
  batcher: Batcher,
  { name, e164, claim, signal, ...known }: NewContact,
): Promise<AddedContact> {
  const method = 'crm.item.add';
  const fm = [{ typeId: 'PHONE', valueType: 'MOBILE', value: e164 }];
  const fields = { ...known, name: name.trim() || e164, opened: 'Y', fm };
  const target = `contact/${known.originatorId}/${known.originId}`;
  const params = { entityTypeId: 3, fields };
  const submitted = await batcher.submit({ method, params, lane: 'live', target, claim, signal });
  if (submitted.kind === 'notClaimed') return submitted;
  const added = addedSchema.safeParse(submitted.answer.result);
  if (!added.success) throw new UnknownOutcomeError({ code: 'NO_ID', method });
  return { kind: 'added', crmContactId: added.data.item.id };
}
