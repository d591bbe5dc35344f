import { deleteContact, mergeContacts } from './data/contact-moves';
import type { Contact } from './data/records';
import { seedContactSchema, type SeedContact } from './portal-options';
import type { PortalState } from './portal-state';
import { emptyFields, toWritableFields } from './rest/contact-fields';
import { writeMultifields } from './rest/multifields';

/** A comment as tests see it. `createdAt` is in the portal's time zone. */
export interface SandboxComment {
  id: number;
  contactIds: number[];
  authorId: number;
  createdAt: string;
  text: string;
  files: { id: number; name: string; sizeBytes: number }[];
}

/** Puts a contact in as staff would by hand, without REST, cost or faults; gives its id. */
export function addContact({ data, clock }: PortalState, seed: SeedContact): number {
  const { name, lastName, phones, emails, fields } = seedContactSchema.parse(seed);
  const elements = [
    ...phones.map((value) => ({ typeId: 'PHONE', valueType: 'MOBILE', value })),
    ...emails.map((value) => ({ typeId: 'EMAIL', valueType: 'WORK', value })),
  ];
  const nowMs = clock.nowMs();
  const contact: Contact = {
    id: data.nextId('contact'),
    fields: { ...emptyFields, ...toWritableFields(fields), name, lastName },
    fm: writeMultifields([], elements, () => data.nextId('multifield')),
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
  data.commit([{ kind: 'contact', contact }]);
  return contact.id;
}

/** A change of a card by staff; `phones` and `emails` replace those there. */
export interface ContactPatch {
  name?: string | undefined;
  lastName?: string | undefined;
  phones?: string[] | undefined;
  emails?: string[] | undefined;
  fields?: Record<string, unknown> | undefined;
}

/** Changes a card; false when there is no such contact. */
export function updateContact({ data, clock }: PortalState, id: number, patch: ContactPatch): boolean {
  const before = data.contacts.get(id);
  if (before === undefined) return false;
  const { phones, emails, fields = {}, ...names } = patch;
  const kept = before.fm.filter(
    ({ typeId }) =>
      !(typeId === 'PHONE' && phones !== undefined) && !(typeId === 'EMAIL' && emails !== undefined),
  );
  const elements = [
    ...(phones ?? []).map((value) => ({ typeId: 'PHONE', valueType: 'MOBILE', value })),
    ...(emails ?? []).map((value) => ({ typeId: 'EMAIL', valueType: 'WORK', value })),
  ];
  const contact: Contact = {
    ...before,
    fields: { ...before.fields, ...toWritableFields(fields), ...names },
    fm: writeMultifields(kept, elements, () => data.nextId('multifield')),
    updatedAtMs: clock.nowMs(),
  };
  data.commit([{ kind: 'contact', contact }]);
  return true;
}

/** Deletes a contact with its timeline; false when there is none. */
export function removeContact({ data }: PortalState, id: number): boolean {
  if (!data.contacts.has(id)) return false;
  deleteContact(data, id);
  return true;
}

/** Merges `id` into another contact, which survives; false when one of them is missing or both are the same. */
export function mergeContact({ data, clock }: PortalState, id: number, into: number): boolean {
  const loser = data.contacts.get(id);
  const winner = data.contacts.get(into);
  if (loser === undefined || winner === undefined || id === into) return false;
  mergeContacts(data, loser, winner, clock.nowMs());
  return true;
}

/** The timeline of a contact, oldest first; empty for an unknown contact. */
export function listComments({ data, clock }: PortalState, contactId: number): SandboxComment[] {
  return data.commentsOf(contactId).map(({ createdAtMs, ...comment }) => ({
    ...structuredClone(comment),
    createdAt: clock.format(createdAtMs),
  }));
}
