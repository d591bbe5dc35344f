import { toPhoneAlias } from '../../domain/identity';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Store } from '../../store/store';

/** Links a person with a contact as the steps of the link's workflow do, without one; their messages wait from here on. */
export async function linkOne(
  store: Store,
  portalId: string,
  personId: string,
  crmContactId = 1,
): Promise<LinkDoc> {
  const request = { crmContactId, createIfMissing: false, name: null, at: new Date() };
  const pending = await store.links.insertPending(portalId, personId, request);
  if (!pending) throw new Error('this person has a link already');
  const decision = { rule: 'test', matchedValue: null, confidence: 1, by: 'phone', at: new Date() } as const;
  await store.links.decide(pending._id, crmContactId, decision);
  await store.links.markLinked(pending._id, crmContactId);
  const linked = await store.links.load(pending._id);
  if (linked?.state !== 'linked') throw new Error('the link was not made');
  return linked;
}

/** The person who has this number, new or known. */
export async function personWith(
  store: Store,
  portalId: string,
  e164: string,
  name: string | null = null,
): Promise<string> {
  const identity = { aliases: [toPhoneAlias(e164)], name };
  return (await store.people.findOrCreate(portalId, identity, 'test'))._id;
}
