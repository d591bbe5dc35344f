import { ApplicationFailure } from '@temporalio/common';
import type { AddedContact } from '../../bitrix24/crm/contacts';
import { AskAdminError, BadRequestError, Bitrix24Error, UnknownOutcomeError } from '../../bitrix24/errors';
import { phoneOf } from '../../domain/identity';
import { byCreation } from '../../linking/decisions';
import type { Creation, CreationRefusal, LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { decideNow } from './look-up-contact';
import { toAttention } from '../attention';

/** The outcome of creating: `exists` when the number got an owner meanwhile; the look-up decides then. */
export type Created = { kind: 'created' } | { kind: 'exists' } | { kind: 'not-pending' };

/** Our name in a contact's `originatorId`: the same for every process that works on this portal's store. */
const originatorOf = (link: LinkDoc): string => `contact-link/${link.portalId}`;

const waitMore = (ms: number): Error =>
  ApplicationFailure.create({
    type: 'creation_unknown',
    message: 'It is not yet known whether the contact was created; Bitrix24 is asked again.',
    nextRetryDelay: Math.max(ms, 500),
  });

async function decideCreated(deps: ActivityDeps, link: LinkDoc, crmContactId: number): Promise<Created> {
  await deps.store.links.decide(link._id, crmContactId, byCreation());
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

/** A refusal that a person can mend; null for what concerns the portal as a whole. */
function toRefusal(error: Bitrix24Error): CreationRefusal | null {
  const { code, advice, portalWide } = toTrouble(error);
  if (portalWide) return null;
  if (error instanceof AskAdminError && error.requiredFields.length > 0) {
    const fields = error.requiredFields.map(({ name, title, options }) => ({ name, title, options }));
    return { code: 'fields_required', advice, fields };
  }
  if (!(error instanceof BadRequestError)) return { code, advice, fields: [] };
  const { field } = error;
  const fields = field === undefined ? [] : [{ name: field, title: field, options: [] }];
  return { code: 'value_refused', advice: 'Bitrix24 refuses a value of the new contact.', fields };
}

/** Puts the creation back with its refusal, for the caller who waits; success clears what stands on the link. */
async function takeBack(
  { store }: ActivityDeps,
  link: LinkDoc,
  sending: Creation,
  error: Bitrix24Error,
): Promise<void> {
  const refusal = toRefusal(error);
  const planned: Creation = { ...sending, state: 'planned', ...(refusal ? { refusal } : {}) };
  await store.links.moveCreation(link._id, sending, planned);
  if (!refusal) return;
  const { advice } = refusal;
  const { code } = toTrouble(error);
  if (link.attention?.code === code && link.attention.advice !== advice) {
    await store.links.setAttention(link._id, null);
  }
  await store.links.setAttention(link._id, toAttention({ code, advice }));
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
): Promise<AddedContact> {
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
    await takeBack(deps, link, sending, error);
    throw error;
  }
}

/** The name a new contact gets: what was asked for, what WhatsApp calls the person, or the number. */
const nameOfNew = (link: LinkDoc, person: PersonDoc, e164: string): string =>
  link.request.name ?? person.name ?? e164;

/**
 * Makes the contact of a pending link, once. The intent is written on the link, `planned -> sending` right before the
 * request; the origin (our id and the link's) tells what a lost answer was. Before adding, the origin and the phone are
 * looked for, so ten simultaneous calls and a crash at any step end at one contact.
 */
export async function createContact(deps: ActivityDeps, linkId: string): Promise<Created> {
  const { store } = deps;
  const link = await store.links.load(linkId);
  if (!link || link.state !== 'pending') return { kind: 'not-pending' };
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
  return added.kind === 'notClaimed' ? { kind: 'exists' } : decideCreated(deps, link, added.crmContactId);
}
