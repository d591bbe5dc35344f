import { z } from 'zod';
import { Bitrix24Error } from '../errors';
import type { Ask, AskOptions } from './ask';
import { toFound, type FoundContact } from './card-search';
import { getItem, type ContactItem } from './contact-items';

/** A contact as its page shows it; what the portal does not let us read is null. */
export interface ContactDetails extends FoundContact {
  companyName: string | null;
  /** Its type and its source, in the portal's own words. */
  type: string | null;
  source: string | null;
}

const companiesSchema = z.object({
  items: z.array(z.object({ id: z.coerce.number(), title: z.coerce.string() })),
});
const statusesSchema = z.array(
  z.object({ ENTITY_ID: z.string(), STATUS_ID: z.coerce.string(), NAME: z.coerce.string() }),
);
type Statuses = z.infer<typeof statusesSchema>;

const freshMs = 10 * 60_000;

/** What stands beside a contact is left out where it cannot be read: the contact itself is shown all the same. */
async function orNull<Read>(read: Promise<Read>): Promise<Read | null> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof Bitrix24Error || error instanceof z.ZodError) return null;
    throw error;
  }
}

async function readCompany(ask: Ask, id: number | null, options: AskOptions): Promise<string | null> {
  if (id === null) return null;
  const params = { entityTypeId: 4, filter: { '@id': [id] }, select: ['id', 'title'], start: -1 };
  const { result } = await ask('crm.item.list', params, options);
  return companiesSchema.parse(result).items.find((company) => company.id === id)?.title ?? null;
}

/**
 * Reads single contacts for a person who looks at them: the contact, then in one more request its company and the portal's words for types
 * and sources, which are kept for ten minutes. Only what the scope `crm` opens is asked: a refused scope would stop the whole portal.
 */
export function createDetailsReader(ask: Ask) {
  let known: { statuses: Statuses; untilMs: number } | null = null;

  async function readStatuses(options: AskOptions): Promise<Statuses> {
    if (known && performance.now() < known.untilMs) return known.statuses;
    const read = async (list: string): Promise<Statuses> => {
      const { result } = await ask('crm.status.list', { filter: { ENTITY_ID: list } }, options);
      return statusesSchema.parse(result);
    };
    const statuses = (await Promise.all([read('CONTACT_TYPE'), read('SOURCE')])).flat();
    known = { statuses, untilMs: performance.now() + freshMs };
    return statuses;
  }

  async function addWords(item: ContactItem, options: AskOptions): Promise<ContactDetails> {
    const found = toFound(item);
    const [companyName, statuses] = await Promise.all([
      orNull(readCompany(ask, found.crmCompanyId, options)),
      orNull(readStatuses(options)),
    ]);
    const nameOf = (list: string, id: string | number | null | undefined): string | null =>
      statuses?.find((one) => one.ENTITY_ID === list && one.STATUS_ID === String(id))?.NAME ?? null;
    return {
      ...{ ...found, companyName },
      ...{ type: nameOf('CONTACT_TYPE', item.typeId), source: nameOf('SOURCE', item.sourceId) },
    };
  }

  /** Null: it does not exist. */
  return async (id: number, options: AskOptions = {}): Promise<ContactDetails | 'unreadable' | null> => {
    const item = await getItem(ask, id, options);
    return item === null || item === 'unreadable' ? item : addWords(item, options);
  };
}
