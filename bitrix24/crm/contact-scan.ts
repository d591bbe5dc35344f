import type { ContactCard } from '../../domain/contact-match';
import { listContacts, PAGE, toCard, toItems } from './contact-items';
import type { Ask, AskOptions } from './ask';

/** How far all contacts were read: those up to `afterId`, and `width` ids are asked for in one page from there on. */
export interface ContactScan {
  afterId: number;
  /** The highest id when the scan began; newer ones come as changes. */
  lastId: number;
  width: number;
}

export interface ScannedContacts {
  cards: ContactCard[];
  /** Where to go on, or null when all are read. */
  next: ContactScan | null;
}

/** As many commands as one batch takes. */
const PAGES_AT_ONCE = 50;
const WIDEST = 5_000;

/** The newest page says how far there is to go; a portal that fits in it is read with it. */
async function begin(ask: Ask, options?: AskOptions): Promise<ScannedContacts> {
  const newest = toItems(await listContacts(ask, { order: { id: 'DESC' } }, options));
  if (newest.length < PAGE) return { cards: newest.map(toCard), next: null };
  const lastId = Math.max(...newest.map(({ id }) => id));
  return { cards: [], next: { afterId: 0, lastId, width: PAGE } };
}

/**
 * Pages are ranges of ids, so that fifty can be asked for at once and a contact that is deleted meanwhile shifts none. Where
 * few ids are in use the ranges widen; one that was filled may not have been read to its end, and the next portion begins behind
 * its last contact.
 */
export async function scanContacts(
  ask: Ask,
  scan: ContactScan | null,
  options?: AskOptions,
): Promise<ScannedContacts> {
  if (scan === null) return begin(ask, options);
  const { afterId, lastId, width } = scan;
  const pages = Math.min(PAGES_AT_ONCE, Math.ceil((lastId - afterId) / width));
  const starts = Array.from({ length: pages }, (_, page) => afterId + page * width);
  const readPage = async (start: number) => {
    const filter = { '>id': start, '<=id': start + width };
    return toItems(await listContacts(ask, { filter, order: { id: 'ASC' } }, options));
  };
  const answers = await Promise.all(starts.map(readPage));
  const filled = width > PAGE ? answers.findIndex((items) => items.length >= PAGE) : -1;
  const cards = (filled < 0 ? answers : answers.slice(0, filled + 1)).flat().map(toCard);
  const reached = filled < 0 ? afterId + pages * width : (cards.at(-1)?.crmContactId ?? afterId);
  if (reached >= lastId) return { cards, next: null };
  return { cards, next: { afterId: reached, lastId, width: nextWidth(width, cards.length / pages, filled) } };
}

function nextWidth(width: number, perPage: number, filled: number): number {
  if (filled >= 0) return Math.max(PAGE, Math.floor(width / 2));
  return perPage < PAGE / 4 ? Math.min(WIDEST, width * 2) : width;
}
