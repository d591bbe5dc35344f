import { z } from 'zod';
import type { ContactCard } from '../../domain/contact-match';
import type { Answer } from '../rest/answer';
import type { Params } from '../rest/commands';
import { AskAdminError, ContactGoneError, UnknownOutcomeError } from '../errors';
import type { Ask, AskOptions } from './ask';

/** `crm.item.list` answers no more at once. */
export const PAGE = 50;

const METHOD = 'crm.item.list';
const text = z.union([z.string(), z.number()]).nullish();
const multifieldSchema = z.object({ typeId: z.string(), value: z.coerce.string() });

/** A contact of `crm.item.list`; `fm` comes as a list or, keyed by id, as a map. */
const contactItemSchema = z.object({
  id: z.coerce.number().int().positive(),
  name: text,
  secondName: text,
  lastName: text,
  post: text.catch(null),
  typeId: text.catch(null),
  sourceId: text.catch(null),
  companyId: z.coerce.number().int().nullish().catch(null),
  assignedById: z.coerce.number().int().nullish().catch(null),
  createdTime: z.string().optional(),
  updatedTime: z.string().optional(),
  fm: z.union([z.array(multifieldSchema), z.record(z.string(), multifieldSchema)]).optional(),
});
export type ContactItem = z.infer<typeof contactItemSchema>;

const listSchema = z.object({ items: z.array(contactItemSchema) });

/** `fm` cannot be named in `select`, it comes only with `*`; `start: -1` spares the portal the counting. */
export const listContacts = (ask: Ask, params: Params, options?: AskOptions): Promise<Answer> =>
  ask(METHOD, { entityTypeId: 3, select: ['*'], start: -1, ...params }, options);

/** The contacts of one page; an answer of another shape is not trusted to mean "none". */
export function toItems({ result }: Answer): ContactItem[] {
  if (Array.isArray(result) && result.length === 0) return [];
  const parsed = listSchema.safeParse(result);
  if (!parsed.success) throw new UnknownOutcomeError({ code: 'UNREADABLE_LIST', method: METHOD });
  return parsed.data.items;
}

/** The phones or e-mail addresses of a contact. */
export const valuesOf = ({ fm = [] }: ContactItem, type: 'PHONE' | 'EMAIL'): string[] =>
  Object.values(fm).flatMap(({ typeId, value }) => (typeId === type ? value : []));

export const toCard = (item: ContactItem): ContactCard => ({
  crmContactId: item.id,
  name: [item.name, item.secondName, item.lastName].filter(Boolean).join(' '),
  phones: valuesOf(item, 'PHONE'),
});

/** The contacts in the order of the ids; those that no longer exist are absent. */
export async function fetchItems(
  ask: Ask,
  ids: readonly number[],
  options?: AskOptions,
): Promise<ContactItem[]> {
  const unique = [...new Set(ids)];
  const pages = Array.from({ length: Math.ceil(unique.length / PAGE) }, (_, page) =>
    listContacts(ask, { filter: { '@id': unique.slice(page * PAGE, (page + 1) * PAGE) } }, options),
  );
  const items = (await Promise.all(pages)).flatMap(toItems);
  const byId = new Map(items.map((item) => [item.id, item]));
  return unique.flatMap((id) => byId.get(id) ?? []);
}

const oneSchema = z.object({ item: contactItemSchema });

/** One contact; null when it does not exist. */
export async function getItem(
  ask: Ask,
  id: number,
  options?: AskOptions,
): Promise<ContactItem | 'unreadable' | null> {
  const method = 'crm.item.get';
  try {
    const { result } = await ask(method, { entityTypeId: 3, id }, options);
    const parsed = oneSchema.safeParse(result);
    if (!parsed.success) throw new UnknownOutcomeError({ code: 'UNREADABLE_ITEM', method });
    return parsed.data.item;
  } catch (error) {
    if (error instanceof ContactGoneError) return null;
    if (error instanceof AskAdminError && error.scope === 'command') return 'unreadable';
    throw error;
  }
}

/**
 * The list leaves out what the webhook's user may not see, just as what was deleted. Those it left out are asked for one by
 * one, in a batch: only a refusal of the right tells them apart.
 */
export async function readCards(
  ask: Ask,
  ids: readonly number[],
  options?: AskOptions,
): Promise<{ cards: ContactCard[]; unreadable: number[] }> {
  const listed = await fetchItems(ask, ids, options);
  const there = new Set(listed.map(({ id }) => id));
  const left = [...new Set(ids)].filter((id) => !there.has(id));
  const asked = await Promise.all(left.map(async (id) => ({ id, item: await getItem(ask, id, options) })));
  const late = asked.flatMap(({ item }) => (item === null || item === 'unreadable' ? [] : item));
  const byId = new Map([...listed, ...late].map((item) => [item.id, toCard(item)]));
  return {
    cards: ids.flatMap((id) => byId.get(id) ?? []),
    unreadable: asked.flatMap(({ id, item }) => (item === 'unreadable' ? id : [])),
  };
}
