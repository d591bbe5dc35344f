import { log } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { isStoreAway } from '../store/store-away';
import type { AsideKind } from '../store/asides';
import type { ActivityDeps } from './deps';
import { toTrouble, type Trouble } from './failures';
import { forEachOf } from '../linking/for-each-of';
import { isTemporalAway } from './wake-link';

/** Items of one kind, worked one by one. */
export interface Work<T> {
  portalId: string;
  kind: AsideKind;
  items: readonly T[];
  idOf: (item: T) => string;
  atOnce: number;
  work: (item: T) => Promise<void>;
  /** What else becomes of an item that is set aside, for example to be shown where a person looks for it. */
  setAside?: (item: T, trouble: Trouble) => Promise<void>;
}

/** Nothing is wrong with the item: the worker stops, a server is away, or the portal does not work as a whole. */
const isOfAll = (error: unknown): boolean =>
  error instanceof CancelledFailure ||
  isStoreAway(error) ||
  isTemporalAway(error) ||
  toTrouble(error).portalWide;

/**
 * Works each item by itself. One that fails is set aside with its reason and left alone for a pause that grows with every failure; it
 * stops nobody else. Only what concerns them all is thrown. Gives the items whose work was done.
 */
export async function isolate<T>(deps: ActivityDeps, given: Work<T>): Promise<T[]> {
  const { store } = deps;
  const { portalId, kind, items, idOf, atOnce, work } = given;
  const asides = await store.asides.listOf(kind, items.map(idOf));
  const now = new Date();
  const isDue = (item: T) => (asides.get(idOf(item))?.nextAt ?? now) <= now;
  const done: T[] = [];
  await forEachOf(items.filter(isDue), atOnce, async (item) => {
    const itemId = idOf(item);
    const before = asides.get(itemId);
    try {
      await work(item);
      done.push(item);
      if (before) await store.asides.end(kind, itemId);
    } catch (error) {
      if (isOfAll(error)) throw error;
      const trouble = toTrouble(error);
      deps.onSetAside?.(kind);
      log.warn('An item failed and is set aside', { portalId, kind, itemId, code: trouble.code });
      await store.asides.add({ portalId, kind, itemId, code: trouble.code }, before?.tries ?? 0, new Date());
      await given.setAside?.(item, trouble);
    }
  });
  return done;
}
