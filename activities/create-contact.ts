import { ApplicationFailure } from '@temporalio/common';
import { Bitrix24Error, UnknownOutcomeError } from '../bitrix24/errors';
import { phoneOf } from '../domain/identity';
import type { Decision } from '../domain/link';
import type { Creation, LinkDoc } from '../store/link-schema';
import { unknownAfterMs, type ActivityDeps } from './deps';
import { toTrouble } from './failures';
import { fetchVerdict, nameOfNew } from './link-contact';

/** What creating came to: `exists` when the number got an owner meanwhile; the look-up decides then. */
export type Created = { kind: 'created' } | { kind: 'exists' } | { kind: 'not-pending' };

/** Who we are in a contact's `originatorId`: the same for every process that works on this portal's store. */
const originatorOf = (link: LinkDoc): string => `contact-link/${link.portalId}`;

const waitMore = (ms: number): Error =>
  ApplicationFailure.create({
    type: 'creation_unknown',
    message: 'It is not yet known whether the contact was created; Bitrix24 is asked again.',
    nextRetryDelay: Math.max(ms, 500),
  });

async function decideCreated(deps: ActivityDeps, link: LinkDoc, crmContactId: number): Promise<Created> {
  const decision: Decision = {
    rule: 'created from WhatsApp',
    matchedValue: null,
    confidence: 1,
    by: 'created',
    at: new Date(),
  };
  await deps.store.links.decide(link._id, crmContactId, decision);
  return { kind: 'created' };
}

/** Whether an earlier attempt made the contact: its origin is the link's id. */
async function findMade(deps: ActivityDeps, link: LinkDoc): Promise<number | null> {
  const portal = await deps.portalOf(link.portalId);
  const [made] = await portal.contacts.findByOrigin(originatorOf(link), link._id);
  return made ?? null;
}

/** Moves what an earlier attempt left as `sending` on: made, or certainly not made and planned again. */
async function settleCreation(deps: ActivityDeps, link: LinkDoc): Promise<number | null> {
  const made = await findMade(deps, link);
  if (made !== null || link.creation?.state !== 'sending') return made;
  const leftMs = (link.creation.sentAt?.getTime() ?? 0) + unknownAfterMs(deps.settings) - Date.now();
  if (leftMs > 0) throw waitMore(leftMs);
  // Read once more: the last moment it could appear is over now.
  const late = await findMade(deps, link);
  if (late === null)
    await deps.store.links.moveCreation(link._id, link.creation, { ...link.creation, state: 'planned' });
  return late;
}

/** What the portal wants and a person must give, such as a required field, stands on the link; success clears it. */
async function tellRefusal({ store }: ActivityDeps, link: LinkDoc, error: Bitrix24Error): Promise<void> {
  const { code, advice, portalWide } = toTrouble(error);
  const since = new Date().toISOString();
  if (!portalWide) await store.links.setAttention(link._id, { code, advice, since });
}

async function add(
  deps: ActivityDeps,
  link: LinkDoc,
  planned: Creation,
  facts: { name: string; e164: string },
) {
  const portal = await deps.portalOf(link.portalId);
  const sending: Creation = { state: 'sending', attempt: planned.attempt + 1, sentAt: new Date() };
  try {
    return await portal.contacts.addContact({
      ...facts,
      originatorId: originatorOf(link),
      originId: link._id,
      claim: () => deps.store.links.moveCreation(link._id, planned, { ...sending, sentAt: new Date() }),
    });
  } catch (error) {
    if (error instanceof UnknownOutcomeError) throw waitMore(unknownAfterMs(deps.settings));
    if (error instanceof Bitrix24Error) {
      await deps.store.links.moveCreation(link._id, sending, { ...sending, state: 'planned' });
      await tellRefusal(deps, link, error);
    }
    throw error;
  }
}

/**
 * Makes the contact of a pending link, once. The intent is written on the link, `planned -> sending` right before the
 * request; a lost answer is settled by the origin (our id and the link's). Before adding, the origin and the phone are
 * looked for, so ten simultaneous calls and a crash at any step end at one contact.
 */
export async function createContact(deps: ActivityDeps, linkId: string): Promise<Created> {
  const { store } = deps;
  const link = await store.links.load(linkId);
  if (!link || link.state !== 'pending') return { kind: 'not-pending' };
  const made = await settleCreation(deps, link);
  if (made !== null) return decideCreated(deps, link, made);
  const person = await store.people.load(link.personId);
  const e164 = person && phoneOf(person.aliases);
  if (!person || !e164) return { kind: 'not-pending' };
  if ((await fetchVerdict(deps, link.portalId, e164)).kind !== 'unmatched') return { kind: 'exists' };
  const planned: Creation = { state: 'planned', attempt: link.creation?.attempt ?? 0, sentAt: null };
  if (link.creation === null) await store.links.moveCreation(linkId, null, planned);
  const added = await add(deps, link, planned, { name: nameOfNew(link, person, e164), e164 });
  return added.kind === 'notClaimed' ? { kind: 'exists' } : decideCreated(deps, link, added.crmContactId);
}
