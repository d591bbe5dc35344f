import { z } from 'zod';
import type { ContactCard } from '../domain/contact-match';
import { fetchCards, listContacts, toCard, toItems } from './contact-items';
import { AskAdminError } from './errors';
import type { Ask, AskOptions } from './ask';

/** `crm.duplicate.findbycomm` returns no more, without saying so. */
const MAX_HITS = 20;

const hitsSchema = z.object({ CONTACT: z.array(z.coerce.number().int()) });

/** One phone per command: the answer does not say which of several values was hit. */
export const findByPhone = (ask: Ask, values: readonly string[], options?: AskOptions): Promise<number[][]> =>
  Promise.all(values.map((value) => findOnePhone(ask, value, options)));

async function findOnePhone(ask: Ask, value: string, options?: AskOptions): Promise<number[]> {
  const method = 'crm.duplicate.findbycomm';
  // Without the entity type, twenty leads would hide every contact.
  const { result } = await ask(method, { type: 'PHONE', entity_type: 'CONTACT', values: [value] }, options);
  const hits = hitsSchema.safeParse(result); // nothing found is `[]`
  const ids = hits.success ? [...new Set(hits.data.CONTACT)] : [];
  if (ids.length < MAX_HITS) return ids;
  const advice = 'Twenty or more contacts share one number: merge them, or link this person by hand.';
  throw new AskAdminError({ code: 'TOO_MANY_HITS', method, advice });
}

/** See `Contacts.searchCards`. */
export async function searchCards(
  ask: Ask,
  query: string,
  limit: number,
  options?: AskOptions,
): Promise<ContactCard[]> {
  const wanted = query.trim();
  if (/^[+\d\s()./-]*$/.test(wanted)) {
    const ids = await findByNumber(ask, wanted, options);
    return (await fetchCards(ask, ids.slice(0, limit), options)).slice(0, limit);
  }
  const filter = Object.fromEntries(
    wanted
      .split(/\s+/)
      .slice(0, 4)
      .map((word, index) => [index, anyName(word)]),
  );
  const found = await listContacts(ask, { filter, order: { id: 'DESC' } }, options);
  return toItems(found).map(toCard).slice(0, limit);
}

const anyName = (word: string) => ({ logic: 'OR', 0: { '%name': word }, 1: { '%lastName': word } });

async function findByNumber(ask: Ask, wanted: string, options?: AskOptions): Promise<number[]> {
  const ids = /^\d{1,9}$/.test(wanted) ? [Number(wanted)] : [];
  const digits = wanted.replace(/\D/g, '');
  const hits = digits.length < 5 ? [] : await findByPhone(ask, [`+${digits}`, wanted], options);
  return [...new Set([...ids, ...hits.flat()])];
}
