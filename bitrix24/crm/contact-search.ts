import { z } from 'zod';
import { AskAdminError } from '../errors';
import type { Ask, AskOptions } from './ask';

const METHOD = 'crm.duplicate.findbycomm';
/** It returns no more for one value, perhaps none for all together, without saying so. */
const MAX_HITS = 20;

const hitsSchema = z.object({ CONTACT: z.array(z.coerce.number().int()) });

/** The contacts that hold one of these values (at most 20), perhaps not all of them. */
export async function findByComm(
  ask: Ask,
  type: 'PHONE' | 'EMAIL',
  values: readonly string[],
  options?: AskOptions,
): Promise<number[]> {
  // Without the entity type, twenty leads would hide every contact.
  const { result } = await ask(METHOD, { type, entity_type: 'CONTACT', values: [...values] }, options);
  const hits = hitsSchema.safeParse(result); // nothing found is `[]`
  return hits.success ? [...new Set(hits.data.CONTACT)] : [];
}

/** See `Contacts.findByPhone`. One command; when the list may be cut, one a value shows whose owners are too many. */
export async function findByPhone(
  ask: Ask,
  values: readonly string[],
  options?: AskOptions,
): Promise<number[]> {
  const ids = await findByComm(ask, 'PHONE', values, options);
  if (ids.length < MAX_HITS) return ids;
  const all = new Set<number>();
  for (const value of values) {
    const hits = values.length === 1 ? ids : await findByComm(ask, 'PHONE', [value], options);
    if (hits.length >= MAX_HITS) throw tooManyHits();
    for (const id of hits) all.add(id);
  }
  return [...all];
}

const tooManyHits = () =>
  new AskAdminError({
    code: 'TOO_MANY_HITS',
    method: METHOD,
    advice: 'Twenty or more contacts share one number: merge them, or link this person by hand.',
  });
