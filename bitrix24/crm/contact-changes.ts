import type { ContactCard } from '../../domain/contact-match';
import { type ContactItem, listContacts, PAGE, toCard, toItems } from './contact-items';
import type { Params } from '../rest/commands';
import type { Ask, AskOptions } from './ask';

/** The last change seen: `updatedTime` as the portal wrote it, and the highest id seen of that second. */
export interface ChangeCursor {
  updatedTime: string;
  afterId: number;
}

export interface ContactChanges {
  cards: ContactCard[];
  /** Where to go on. Never inside the portal's last seconds, so a change may come twice but none is missed. */
  cursor: ChangeCursor;
  hasMore: boolean;
}

/** `updatedTime` has whole seconds: one that is not over can still get a change with a lower id. */
const OPEN_MS = 3_000;

/** Reads the rest of the cursor's second and what came after it; both reads share one batch. */
export async function findChanges(
  ask: Ask,
  { updatedTime, afterId }: ChangeCursor,
  options?: AskOptions,
): Promise<ContactChanges> {
  const list = (params: Params) => listContacts(ask, params, options);
  const [same, later] = await Promise.all([
    list({ filter: { '=updatedTime': updatedTime, '>id': afterId }, order: { id: 'ASC' } }),
    list({ filter: { '>updatedTime': updatedTime }, order: { updatedTime: 'ASC', id: 'ASC' } }),
  ]);
  const sameItems = toItems(same);
  const laterItems = toItems(later);
  // Later changes count only when the second was read to its end.
  const items = sameItems.length < PAGE ? [...sameItems, ...laterItems] : sameItems;
  const overBeforeMs = (later.time?.finishMs ?? Date.now()) - OPEN_MS;
  const passed = items.filter((item) => Date.parse(item.updatedTime ?? '') < overBeforeMs);
  return {
    cards: items.map(toCard),
    cursor: passed.reduce(toCursor, { updatedTime, afterId }),
    hasMore: passed.length > 0 && (sameItems.length >= PAGE || laterItems.length >= PAGE),
  };
}

const toCursor = (cursor: ChangeCursor, { id, updatedTime }: ContactItem): ChangeCursor =>
  updatedTime === undefined ? cursor : { updatedTime, afterId: id };
