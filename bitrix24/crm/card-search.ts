import type { ContactCard } from '../../domain/contact-match';
import { listQueryVariants, parsePhone, type CountryCode } from '../../domain/phone';
import type { Ask, AskOptions } from './ask';
import { fetchItems, listContacts, toCard, toItems, valuesOf, type ContactItem } from './contact-items';
import { findByComm } from './contact-search';

/** A contact as a person needs it to choose between two of one name. Times are ISO as the portal wrote them. */
export interface FoundContact extends ContactCard {
  emails: string[];
  position: string | null;
  crmCompanyId: number | null;
  /** The employee who is responsible. */
  assignedById: number | null;
  createdAt: string | null;
  updatedAt: string | null;
}

/** National numbers are read with the country. */
export interface CardSearch extends AskOptions {
  country?: CountryCode | null | undefined;
}

const maxWords = 4;

/** A short number may also be a contact's id. A list cut at twenty is no trouble here: a person chooses among the hits. */
async function findByNumber(
  ask: Ask,
  wanted: string,
  country: CountryCode | null,
  options: AskOptions,
): Promise<number[]> {
  const ids = /^\d{1,9}$/.test(wanted) ? [Number(wanted)] : [];
  const digits = wanted.replace(/\D/g, '');
  if (digits.length < 5) return ids;
  const phone = parsePhone(wanted, country);
  const variants = phone === null ? [`+${digits}`] : listQueryVariants(phone.e164, country);
  const values = [...new Set([wanted, ...variants])];
  return [...new Set([...ids, ...(await findByComm(ask, 'PHONE', values.slice(0, 20), options))])];
}

/** Every word in one of the names; the newest contacts first. */
async function listByName(ask: Ask, wanted: string, options: AskOptions): Promise<ContactItem[]> {
  const words = wanted.split(/\s+/).slice(0, maxWords);
  const filter = Object.fromEntries(
    words.map((word, index) => [
      index,
      { logic: 'OR', 0: { '%name': word }, 1: { '%lastName': word }, 2: { '%secondName': word } },
    ]),
  );
  return toItems(await listContacts(ask, { filter, order: { id: 'DESC' } }, options));
}

export const toFound = (item: ContactItem): FoundContact => ({
  ...toCard(item),
  emails: valuesOf(item, 'EMAIL'),
  position: String(item.post ?? '') || null,
  crmCompanyId: item.companyId || null,
  assignedById: item.assignedById || null,
  createdAt: item.createdTime ?? null,
  updatedAt: item.updatedTime ?? null,
});

/** See `Contacts.searchCards`. E-mail addresses are compared whole: the portal has no search in parts of them. */
export async function searchCards(
  ask: Ask,
  query: string,
  limit: number,
  { country = null, ...options }: CardSearch = {},
): Promise<FoundContact[]> {
  const wanted = query.trim();
  const isNumber = /^[+\d\s()./-]*$/.test(wanted);
  const isAddress = /^[^\s@]+@[^\s@]+$/.test(wanted);
  if (!isNumber && !isAddress) {
    return (await listByName(ask, wanted, options)).slice(0, limit).map(toFound);
  }
  const ids = isNumber
    ? await findByNumber(ask, wanted, country, options)
    : await findByComm(ask, 'EMAIL', [wanted], options);
  return (await fetchItems(ask, ids.slice(0, limit), options)).map(toFound);
}
