import { z } from 'zod';
import { listSamePhones, toPhoneAlias } from '../../domain/identity';
import { parsePhone } from '../../domain/phone';
import { listLinks } from '../../store/links/link-list';
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
  updatedSince: timeQuery.optional().meta({
    description: 'Only links that changed then or later. Clocks and waiting messages alone are no change.',
  }),
};

type Wanted = z.output<z.ZodObject<typeof linkFilter>>;

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

/** A page of links, newest first. Every filter that is given narrows it. */
export async function readLinks(
  context: ApiContext,
  { q, personId, phone, ...rest }: Wanted,
  page: Page,
): Promise<LinkDoc[]> {
  const people: string[][] = [];
  if (personId !== undefined) people.push(await listByPersonId(context, personId));
  if (phone !== undefined) people.push(await listByPhone(context, phone, rest.portalId));
  return listLinks(context.store, { text: q, people, ...rest }, page);
}
