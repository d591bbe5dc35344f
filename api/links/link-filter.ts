import { z } from 'zod';
import { listSamePhones, toPhoneAlias } from '../../domain/identity';
import { parsePhone } from '../../domain/phone';
import { countLinks, listLinks } from '../../store/links/link-list';
import { keyOfLink, type LinkOrder } from '../../store/links/link-order';
import type { LinkDoc } from '../../store/links/link-schema';
import type { Page } from '../../store/queries';
import { linkRhythm, linkState } from '../cards/link-card';
import { countryOf } from '../choose-portal';
import type { ApiContext } from '../context';
import { crmContactIdQuery, idField, phoneField, searchField, timeQuery } from '../http/fields';
import { badField, orNotFound } from '../http/problem';

/** The filters of the list of links. */
export const linkFilter = {
  state: linkState.optional(),
  rhythm: linkRhythm.optional(),
  attention: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional()
    .meta({ description: '`any`, `none`, or the code of an attention.' }),
  q: searchField.optional().meta({ description: 'Part of a name or number, or a contact id.' }),
  portalId: idField.optional(),
  crmContactId: crmContactIdQuery.optional(),
  personId: idField.optional().meta({ description: 'Also the id of a person who was merged into another.' }),
  phone: phoneField.optional().meta({
    description: 'The whole number. Without its country it is read with the portal’s.',
  }),
  accountId: idField
    .optional()
    .meta({ description: 'Only people who have a chat with this number of ours.' }),
  lastSyncBefore: timeQuery.optional().meta({
    description: 'Only linked ones that are in step up to no later time, or never were.',
  }),
  waiting: z.literal('true').optional().meta({
    description: 'Only those with messages of their own chats that are not on their page yet.',
  }),
  updatedSince: timeQuery.optional().meta({
    description: 'Only links that changed then or later. Clocks and waiting messages alone are no change.',
  }),
};

export type Wanted = z.output<z.ZodObject<typeof linkFilter>>;

/** The person, and whom they were merged into: until that is done the link is the first one's. */
async function listByPersonId({ store }: ApiContext, personId: string): Promise<string[]> {
  const current = await store.people.load(personId);
  return current === null ? [] : [personId, current._id];
}

/** Each portal reads the number with its own country; the number is bad when none can read it. */
async function listByPhone(
  { store, defaultCountry }: ApiContext,
  phone: string,
  portalId: string | undefined,
): Promise<string[]> {
  const portals =
    portalId === undefined
      ? await store.portals.listKnown()
      : [orNotFound(await store.portals.load(portalId), 'portal')];
  const found: string[] = [];
  let isRead = false;
  for (const portal of portals) {
    const parsed = parsePhone(phone, countryOf(portal, defaultCountry));
    if (!parsed) continue;
    isRead = true;
    const aliases = listSamePhones(toPhoneAlias(parsed.e164));
    found.push(...(await store.people.listIdsByAliases(portal._id, aliases)));
  }
  if (!isRead) throw badField('phone', 'is no full phone number that a portal can read', 'bad_phone');
  return found;
}

/** The order of the list. */
export const linkOrder = {
  sort: z.enum(['newest', 'attention', 'lastSync']).optional().meta({
    description:
      '`newest` unless given; `attention`: those that need a person first; `lastSync`: linked ones, the longest behind first.',
  }),
};

/** An account with fewer chats is read from them; of one with more, the links are looked through for its people. */
const fewChats = 5_000;
const lookedThroughFirst = 100;
const lookedThroughMost = 400;

type Given = Wanted & { sort?: LinkOrder | undefined };

async function toSearch(context: ApiContext, { q, personId, phone, accountId, waiting, ...rest }: Wanted) {
  const people: string[][] = [];
  if (personId !== undefined) people.push(await listByPersonId(context, personId));
  if (phone !== undefined) people.push(await listByPhone(context, phone, rest.portalId));
  const filter = { text: q, people, isWaiting: waiting === 'true', ...rest };
  if (accountId === undefined) return { filter, isLookedThrough: false };
  const ofAccount = await context.store.chats.listPeopleOf(accountId, fewChats + 1);
  const isLookedThrough = ofAccount.length > fewChats;
  if (!isLookedThrough) people.push(ofAccount);
  return { filter, isLookedThrough };
}

/** A page of links. Every filter that is given narrows it. */
export async function readLinks(
  context: ApiContext,
  { sort = 'newest', ...wanted }: Given,
  page: Page,
): Promise<LinkDoc[]> {
  const { store } = context;
  const { filter, isLookedThrough } = await toSearch(context, wanted);
  if (!isLookedThrough) return listLinks(store, filter, page, sort);
  const found: LinkDoc[] = [];
  let { after } = page;
  for (let limit = lookedThroughFirst; ; limit = Math.min(2 * limit, lookedThroughMost)) {
    const some = await listLinks(store, filter, { after, limit }, sort);
    const personIds = some.map(({ personId }) => personId);
    const has = await store.chats.whichPeople(wanted.accountId ?? '', personIds);
    found.push(...some.filter(({ personId }) => has.has(personId)));
    const last = some.at(-1);
    if (found.length >= page.limit || some.length < limit || !last) return found.slice(0, page.limit);
    after = keyOfLink(last, sort);
  }
}

const countedUpTo = 10_000;

/** How many links there are, up to ten thousand; null: they would have to be looked through one by one. */
export async function countFound(
  context: ApiContext,
  wanted: Wanted,
): Promise<{ count: number | null; isExact: boolean }> {
  const { filter, isLookedThrough } = await toSearch(context, wanted);
  if (isLookedThrough) return { count: null, isExact: false };
  const count = await countLinks(context.store, filter, countedUpTo + 1);
  return { count: Math.min(count, countedUpTo), isExact: count <= countedUpTo };
}
