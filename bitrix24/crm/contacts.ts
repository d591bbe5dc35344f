import { z } from 'zod';
import type { ContactCard } from '../../domain/contact-match';
import type { Batcher } from '../batching/batcher';
import { type CardSearch, type FoundContact, searchCards } from './card-search';
import { type ChangeCursor, type ContactChanges, findChanges } from './contact-changes';
import { type ContactDetails, createDetailsReader } from './contact-details';
import { listContacts, readCards, toItems } from './contact-items';
import { type ContactScan, scanContacts, type ScannedContacts } from './contact-scan';
import { findByPhone } from './contact-search';
import { createSourceFinder } from './contact-source';
import { explainRequired } from './required-fields';
import { AskAdminError, UnknownOutcomeError } from '../errors';
import type { Ask, AskOptions } from './ask';

/** A contact to be made. `originatorId`/`originId` are how it is found again; the portal does not keep them unique. */
export interface NewContact {
  /** Empty: the number stands for the name, since the portal wants one. */
  name: string;
  e164: string;
  originatorId: string;
  originId: string;
  /** The employee who is responsible; absent: the webhook's user. */
  assignedById?: number | undefined;
  /** Where the contact comes from, by the portal's list (`findSource`); null: the portal decides. */
  sourceId?: string | null | undefined;
  /** Further fields that the portal requires, by its names: `UF_CRM_…` for its own fields. */
  fields?: Record<string, string | number | boolean> | undefined;
  claim?: ((sentAt: Date) => Promise<boolean>) | undefined;
  signal?: AbortSignal | undefined;
}

export type AddedContact = { kind: 'added'; crmContactId: number } | { kind: 'notClaimed' };

/** The contacts of one portal. Every method throws the errors of `errors.ts`. */
export interface Contacts {
  /**
   * The ids of the contacts that hold one of these values (at most 20, send `+<digits>`) by Bitrix24's own normalisation,
   * to be verified by their cards: the values are one person's, since the answer does not say which one was hit. 20 or
   * more for one value cannot be listed: AskAdminError `TOO_MANY_HITS`.
   */
  findByPhone(values: readonly string[], options?: AskOptions): Promise<number[]>;
  /** The cards in the order of the ids, and the contacts that exist and may not be read. Those in neither are gone. */
  readCards(
    ids: readonly number[],
    options?: AskOptions,
  ): Promise<{ cards: ContactCard[]; unreadable: number[] }>;
  /** One contact with its company and the portal's words, for a person who looks at it; null: it does not exist. */
  readDetails(id: number, options?: AskOptions): Promise<ContactDetails | 'unreadable' | null>;
  /** By id, phone, whole e-mail address or parts of a name, for a person who looks for a contact. */
  searchCards(query: string, limit: number, search?: CardSearch): Promise<FoundContact[]>;
  /**
   * Not idempotent: look for the origin and the phone first. AskAdminError `CRM_FIELD_ERROR_REQUIRED` names the fields
   * that the portal requires and that were not given.
   */
  addContact(contact: NewContact): Promise<AddedContact>;
  /** The portal's source for contacts from WhatsApp, or null: never an error. */
  findSource(options?: AskOptions): Promise<string | null>;
  /** Contacts made for this origin, oldest first. */
  findByOrigin(originatorId: string, originId: string, options?: AskOptions): Promise<number[]>;
  /** Contacts changed since the cursor, oldest first, up to a page at a time. */
  listUpdatedSince(cursor: ChangeCursor, options?: AskOptions): Promise<ContactChanges>;
  /** The next portion of all contacts, up to fifty pages in one request; null begins. */
  scanContacts(scan: ContactScan | null, options?: AskOptions): Promise<ScannedContacts>;
}

const addedSchema = z.object({ item: z.object({ id: z.coerce.number().int().positive() }) });

const requiredCode = 'CRM_FIELD_ERROR_REQUIRED';
/** Fields that every contact of ours has or the portal fills in by itself. */
const alwaysFilled = ['name', 'fm', 'phone', 'opened', 'sourceDescription', 'assignedById', 'typeId'];

export function createContacts(batcher: Batcher, ask: Ask): Contacts {
  return {
    findByPhone: (values, options) => findByPhone(ask, values, options),
    readCards: (ids, options) => readCards(ask, ids, options),
    readDetails: createDetailsReader(ask),
    searchCards: (query, limit, search) => searchCards(ask, query, limit, search),
    addContact: async (contact) => {
      try {
        return await addContact(batcher, contact);
      } catch (error) {
        const isRequired = error instanceof AskAdminError && error.code === requiredCode;
        if (!isRequired) throw error;
        const source = contact.sourceId ? ['sourceId'] : [];
        const filled = new Set([...alwaysFilled, ...source, ...Object.keys(contact.fields ?? {})]);
        throw await explainRequired(ask, error, filled, { signal: contact.signal });
      }
    },
    findSource: createSourceFinder(ask),
    findByOrigin: async (originatorId, originId, options) => {
      const params = { filter: { originatorId, originId }, order: { id: 'ASC' } };
      return toItems(await listContacts(ask, params, options)).map(({ id }) => id);
    },
    listUpdatedSince: (cursor, options) => findChanges(ask, cursor, options),
    scanContacts: (scan, options) => scanContacts(ask, scan, options),
  };
}

async function addContact(
  batcher: Batcher,
  { name, e164, claim, signal, sourceId, fields: given = {}, ...known }: NewContact,
): Promise<AddedContact> {
  const method = 'crm.item.add';
  const fields = {
    sourceDescription: 'WhatsApp',
    ...(sourceId ? { sourceId } : {}),
    ...Object.fromEntries(Object.entries(given).map(([name, value]) => [name, toPortalValue(value)])),
    ...known,
    name: name.trim() || e164,
    opened: 'Y',
    fm: [{ typeId: 'PHONE', valueType: 'MOBILE', value: e164 }],
  };
  const target = `contact/${known.originatorId}/${known.originId}`;
  const hasOwnFields = Object.keys(given).some((field) => field.startsWith('UF_'));
  const params = { entityTypeId: 3, fields, ...(hasOwnFields ? { useOriginalUfNames: 'Y' } : {}) };
  const submitted = await batcher.submit({ method, params, lane: 'live', target, claim, signal });
  if (submitted.kind === 'notClaimed') return submitted;
  const added = addedSchema.safeParse(submitted.answer.result);
  if (!added.success) throw new UnknownOutcomeError({ code: 'NO_ID', method });
  return { kind: 'added', crmContactId: added.data.item.id };
}

/** The portal takes yes and no as `Y` and `N`. */
const toPortalValue = (value: string | number | boolean) =>
  typeof value === 'boolean' ? (value ? 'Y' : 'N') : value;
