import { z } from 'zod';
import { AskAdminError } from '../errors';
import type { Ask, AskOptions } from './ask';

/** `crm.duplicate.findbycomm` returns no more for one value, perhaps none for all together, without saying so. */
const MAX_HITS = 20;

const hitsSchema = z.object({ CONTACT: z.array(z.coerce.number().int()) });

async function findHits(ask: Ask, values: readonly string[], options?: AskOptions): Promise<number[]> {
  const method = 'crm.duplicate.findbycomm';
  // Without the entity type, twenty leads would hide every contact.
  const params = { type: 'PHONE', entity_type: 'CONTACT', values: [...values] };
  const { result } = await ask(method, params, options);
  const hits = hitsSchema.safeParse(result); // nothing found is `[]`
  return hits.success ? [...new Set(hits.data.CONTACT)] : [];
}

/** See `Contacts.findByPhone`. One command; when the list may be cut, one a value tells whose owners are too many. */
export async function findByPhone(
  ask: Ask,
  values: readonly string[],
  options?: AskOptions,
): Promise<number[]> {
  const ids = await findHits(ask, values, options);
  if (ids.length < MAX_HITS) return ids;
  const all = new Set<number>();
  for (const value of values) {
    const hits = values.length === 1 ? ids : await findHits(ask, [value], options);
    if (hits.length >= MAX_HITS) throw tooManyHits();
    for (const id of hits) all.add(id);
  }
  return [...all];
}

const tooManyHits = () =>
  new AskAdminError({
    code: 'TOO_MANY_HITS',
    method: 'crm.duplicate.findbycomm',
    advice: 'Twenty or more contacts share one number: merge them, or link this person by hand.',
  });
