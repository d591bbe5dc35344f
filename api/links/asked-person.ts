import { toPhoneAlias } from '../../domain/identity';
import type { PersonDoc } from '../../store/people/people';
import type { Store } from '../../store/store';
import { choosePortal, readPhone } from '../choose-portal';
import type { ApiContext } from '../context';
import { badField, notFound, Problem } from '../http/problem';

interface Named {
  phone?: string | undefined;
  personId?: string | undefined;
  name?: string | undefined;
  portalId?: string | undefined;
}

/** Nothing that comes of them would be taken in: the link would wait for ever, and would hold their number again. */
async function refuseForgotten({ keptAway }: Store, portalId: string, e164: string): Promise<void> {
  const { key } = toPhoneAlias(e164);
  if ((await keptAway.whichNames(portalId, [key])).has(key))
    throw new Problem('person_forgotten', {
      detail:
        'If they wrote again and want that, or the number is another’s now, an administrator takes it in again: POST /api/v1/people/let-in.',
    });
}

/** Whom a request names, by id or phone; somebody new by phone is stored. */
export async function findPerson(
  { store, defaultCountry }: ApiContext,
  { phone, personId, name, portalId }: Named,
): Promise<PersonDoc> {
  if ((phone === undefined) === (personId === undefined)) {
    throw badField(phone === undefined ? 'phone' : 'personId', 'give either phone or personId');
  }
  if (personId !== undefined) {
    const person = await store.people.load(personId);
    const isElsewhere = portalId !== undefined && portalId !== person?.portalId;
    if (!person || isElsewhere) throw notFound('No such person.');
    return person;
  }
  const portal = await choosePortal(store, portalId);
  const e164 = readPhone(phone ?? '', portal, defaultCountry);
  await refuseForgotten(store, portal._id, e164);
  return store.people.findOrCreate(portal._id, { aliases: [toPhoneAlias(e164)], name: name ?? null }, 'link');
}
