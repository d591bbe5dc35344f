import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { LinkDoc, LinkRequest } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import { backUpNowSignal, type LinkOutcome } from '../../workflows/messages';
import { loadConnected } from '../choose-portal';
import type { ApiContext } from '../context';
import type { Answer } from '../http/endpoint';
import { toLinkAnswer } from './link-answers';
import { Problem } from '../http/problem';

const lookEveryMs = 200;
const maxFields = 50;

/** Fields that are ours to write on a contact, or have a name of their own in the request. */
const ours =
  /^(id|name|fm|phone.*|email.*|has.*|originatorId|originId|originVersion|assignedById|opened|entityTypeId|created.*|updated.*)$/;
const fieldName = /^(UF_CRM_[A-Z0-9_]{1,80}|[a-z][A-Za-z0-9]{1,60})$/;

const fieldValues = z
  .record(z.string(), z.union([z.string().max(4_000), z.number(), z.boolean()]))
  .superRefine((fields, context) => {
    const names = Object.keys(fields);
    if (names.length > maxFields)
      context.addIssue({ code: 'custom', message: `has at most ${maxFields} fields` });
    for (const name of names) {
      if (fieldName.test(name) && !ours.test(name)) continue;
      const message = 'is no field that can be given; write it as Bitrix24 does, such as UF_CRM_1700000000';
      context.addIssue({ code: 'custom', path: [name], message });
    }
  })
  .meta({ example: { UF_CRM_1700000000: 'North', lastName: 'Weber' } });

/** The fields of a request about a contact that is to be made. */
export const newContactFields = {
  assignedById: z.number().int().positive().max(Number.MAX_SAFE_INTEGER).optional().meta({
    description: 'The employee who is responsible for a new contact; the webhook’s user unless given.',
  }),
  fields: fieldValues.optional().meta({
    description:
      'Further fields of a new contact by Bitrix24’s names, such as those it requires. `sourceId` unless given: the source called WhatsApp in Bitrix24’s list, else OTHER.',
  }),
};

type NewContact = Pick<LinkRequest, 'assignedById' | 'fields'>;

/** The wishes for a new contact that were given; `undefined` would be stored as null. */
export const toNewContact = ({ assignedById, fields }: NewContact) => ({
  ...(assignedById === undefined ? {} : { assignedById }),
  ...(fields === undefined ? {} : { fields }),
});

interface Claim {
  link: LinkDoc;
  /** Whether this very request made or renewed the link. */
  isNew: boolean;
  /** The workflow waits to try a refused creation again: it is to try now. */
  isAgain?: boolean;
}

const isSameRequest = (a: LinkRequest, b: LinkRequest): boolean =>
  a.crmContactId === b.crmContactId && a.createIfMissing === b.createIfMissing;

const toEntries = ({ fields = {} }: NewContact): string => JSON.stringify(Object.entries(fields).sort());
/** Whether two requests say the same of a new contact. */
export const isSameContact = (a: NewContact, b: NewContact): boolean =>
  a.assignedById === b.assignedById && toEntries(a) === toEntries(b);

/** A pending link takes the same request again; one whose contact was refused also with other fields. */
async function claimPending(store: Store, known: LinkDoc, request: LinkRequest): Promise<Claim | null> {
  if (!isSameRequest(known.request, request)) throw new Problem('link_pending');
  if (known.creation?.refusal) {
    const name = request.name ?? known.request.name;
    const asked = await store.links.askAgain(known, { ...request, name });
    return asked && { link: asked, isNew: false, isAgain: true };
  }
  if (!isSameContact(known.request, request)) throw new Problem('link_pending');
  return { link: known, isNew: false };
}

/** A known link stands, is renewed, or refuses the request. Null: it changed meanwhile. */
async function claimKnown(store: Store, known: LinkDoc, request: LinkRequest): Promise<Claim | null> {
  switch (known.state) {
    case 'linked':
      if (request.crmContactId === null || request.crmContactId === known.crmContactId) {
        return { link: known, isNew: false };
      }
      throw new Problem('link_exists', {
        detail: 'Change its contact with PUT /api/v1/links/{linkId}/contact.',
      });
    case 'pending':
      return claimPending(store, known, request);
    case 'unlinking':
      throw new Problem('link_unlinking');
    case 'unlinked': {
      const renewed = await store.links.renewPending(known._id, request);
      return renewed && { link: renewed, isNew: true };
    }
  }
}

/** Other callers may make, renew or end the link between two steps: then the state is read again. */
async function claim(store: Store, portalId: string, personId: string, request: LinkRequest): Promise<Claim> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const fresh = await store.links.insertPending(portalId, personId, request);
    if (fresh) return { link: fresh, isNew: true };
    const known = await store.links.findByPerson(portalId, personId);
    const claimed = known && (await claimKnown(store, known, request));
    if (claimed) return claimed;
  }
  throw new Problem('link_pending');
}

/** Ends when the portal has refused to make the contact, which the workflow does not count as an outcome. */
async function waitForRefusal(store: Store, linkId: string, signal: AbortSignal): Promise<null> {
  while (!signal.aborted) {
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
    if ((await store.links.load(linkId))?.creation?.refusal) return null;
  }
  return null;
}

async function waitForOutcome(
  { store, linkWorkflows }: ApiContext,
  { link, isAgain = false }: Claim,
): Promise<LinkOutcome | null> {
  if (!link.request.createIfMissing) return linkWorkflows.establish(link);
  if (isAgain) await linkWorkflows.signal(link, backUpNowSignal);
  const known = new AbortController();
  try {
    return await Promise.race([
      linkWorkflows.establish(link, known.signal),
      waitForRefusal(store, link._id, known.signal),
    ]);
  } finally {
    known.abort();
  }
}

/** Saves the request on the person's link and waits, within limits, for what the workflow makes of it. */
export async function requestLink(
  context: ApiContext,
  { portalId, personId }: { portalId: string; personId: string },
  request: LinkRequest,
): Promise<Answer> {
  const { store } = context;
  await loadConnected(store, portalId);
  const claimed = await claim(store, portalId, personId, request);
  const { link, isNew } = claimed;
  if (link.state === 'linked') return toLinkAnswer(store, { link, isNew }, null);
  const outcome = await waitForOutcome(context, claimed);
  const now = await store.links.load(link._id);
  return toLinkAnswer(store, { link: now ?? link, isNew }, outcome);
}
