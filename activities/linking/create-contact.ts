import { ApplicationFailure } from '@temporalio/common';
import type { AddedContact } from '../../bitrix24/crm/contacts';
import { BadRequestError, Bitrix24Error, UnknownOutcomeError } from '../../bitrix24/errors';
import { phoneOf } from '../../domain/identity';
import { byCreation } from '../../linking/decisions';
import type { Creation, LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { isRefusedStill, takeBack, toRefused, type Refused } from './creation-refusals';
import { decideNow } from './look-up-contact';

/**
 * The outcome of creating: `exists` when the number got an owner meanwhile; the look-up decides then. `refused`: Bitrix24 will not
 * have this contact; it is asked again after the pause, or when a person asks or changes something.
 */
export type Created = { kind: 'created' } | { kind: 'exists' } | { kind: 'not-pending' } | Refused;

/** Our name in a contact's `originatorId`: the same for every process that works on this portal's store. */
const originatorOf = (link: LinkDoc): string => `contact-link/${link.portalId}`;

const waitMore = (ms: number): Error =>
  ApplicationFailure.create({
    type: 'creation_unknown',
    message: 'It is not yet known whether the contact was created; Bitrix24 is asked again.',
    nextRetryDelay: Math.max(ms, 500),
  });

async function decideCreated(deps: ActivityDeps, link: LinkDoc, crmContactId: number): Promise<Created> {
  await deps.store.links.decide(link._id, crmContactId, byCreation(link.request.who));
  return { kind: 'created' };
}

/** Whether an earlier attempt made the contact: its origin is the link's id. */
async function findMade(deps: ActivityDeps, link: LinkDoc): Promise<number | null> {
  const portal = await deps.portalOf(link.portalId);
  const [made] = await portal.contacts.findByOrigin(originatorOf(link), link._id);
  return made ?? null;
}

/** A creation that an earlier attempt left as `sending` was made, or certainly not, and is planned again. */
async function findOutcome(deps: ActivityDeps, link: LinkDoc): Promise<number | null> {
  const made = await findMade(deps, link);
  if (made !== null || link.creation?.state !== 'sending') return made;
  const leftMs = (link.creation.sentAt?.getTime() ?? 0) + unknownAfterMs(deps.settings) - Date.now();
  if (leftMs > 0) throw waitMore(leftMs);
  // Read once more: the last moment it could appear is over now.
  const late = await findMade(deps, link);
  if (late !== null) return late;
  await deps.store.links.moveCreation(link._id, link.creation, { ...link.creation, state: 'planned' });
  return null;
}

/** Whether it may be the source that was chosen by us, not by a person: then the contact is made without it. */
const mayBeSource = (error: unknown): error is BadRequestError =>
  error instanceof BadRequestError && (error.field === undefined || /^source_?id$/i.test(error.field));

interface NewContactFacts {
  name: string;
  e164: string;
  sourceId: string | null;
}

async function add(
  deps: ActivityDeps,
  link: LinkDoc,
  planned: Creation,
  facts: NewContactFacts,
): Promise<AddedContact | Refused> {
  const portal = await deps.portalOf(link.portalId);
  const { links } = deps.store;
  const { assignedById, fields } = link.request;
  const sending: Creation = { state: 'sending', attempt: planned.attempt + 1, sentAt: null };
  try {
    return await portal.contacts.addContact({
      ...facts,
      ...{ assignedById, fields, originatorId: originatorOf(link), originId: link._id },
      claim: (sentAt) => links.moveCreation(link._id, planned, { ...sending, sentAt }),
    });
  } catch (error) {
    if (error instanceof UnknownOutcomeError) throw waitMore(unknownAfterMs(deps.settings));
    if (!(error instanceof Bitrix24Error)) throw error;
    if (facts.sourceId !== null && mayBeSource(error)) {
      const again: Creation = { ...sending, state: 'planned' };
      if (!(await links.moveCreation(link._id, sending, again))) return { kind: 'notClaimed' };
      return add(deps, link, again, { ...facts, sourceId: null });
    }
    const refused = await takeBack(deps, link, sending, error);
    if (refused === null) throw error;
    return refused;
  }
}

/** The name a new contact gets: what was asked for, what WhatsApp calls the person, or the number. */
const nameOfNew = (link: LinkDoc, person: PersonDoc, e164: string): string =>
  link.request.name ?? person.name ?? e164;

/**
 * Makes the contact of a pending link, once. The intent is written on the link, `planned -> sending` right before the
 * request; the origin (our id and the link's) tells what a lost answer was. Before adding, the origin and the phone are
 * looked for, so ten simultaneous calls and a crash at any step end at one contact. A refused one is not asked for again before its
 * pause is over, unless a person asks (`asked`) or changed the request.
 */
export async function createContact(deps: ActivityDeps, linkId: string, asked = false): Promise<Created> {
  const { store } = deps;
  const link = await store.links.load(linkId);
  if (!link || link.state !== 'pending') return { kind: 'not-pending' };
  if (!asked && isRefusedStill(link)) return toRefused(link);
  const made = await findOutcome(deps, link);
  if (made !== null) return decideCreated(deps, link, made);
  const person = await store.people.load(link.personId);
  const e164 = person && phoneOf(person.aliases);
  if (!person || !e164) return { kind: 'not-pending' };
  if ((await decideNow(deps, link, e164)).kind !== 'create') return { kind: 'exists' };
  const planned: Creation = { state: 'planned', attempt: link.creation?.attempt ?? 0, sentAt: null };
  if (link.creation === null) await store.links.moveCreation(linkId, null, planned);
  const { contacts } = await deps.portalOf(link.portalId);
  const sourceId = link.request.fields?.['sourceId'] === undefined ? await contacts.findSource() : null;
  const added = await add(deps, link, planned, { name: nameOfNew(link, person, e164), e164, sourceId });
  if (added.kind === 'refused') return added;
  if (added.kind === 'notClaimed') return { kind: 'exists' };
  // What was refused went through unchanged: others that were refused may go, too.
  if (link.creation?.refusal) await store.links.retryRefused(link.portalId, new Date());
  return decideCreated(deps, link, added.crmContactId);
}
