import { Schema, type Connection } from 'mongoose';
import { required } from './fields';
import { listAll } from './queries';

/** Kinds of items that are worked one by one, of which one may fail without the others. */
export type AsideKind =
  | 'merge'
  | 'conflict'
  | 'message'
  | 'lid'
  | 'wake'
  | 'newcomer'
  | 'doubt'
  | 'source'
  | 'account-history'
  | 'import'
  | 'entry'
  | 'unreadable'
  | 'forgetting';

/** An item whose work failed: left alone until `nextAt`, then tried again. `code` is the code of its trouble. */
export interface Aside {
  _id: string;
  portalId: string;
  kind: AsideKind;
  itemId: string;
  code: string;
  tries: number;
  since: Date;
  nextAt: Date;
}

const asideSchema = new Schema<Aside>(
  {
    _id: String,
    ...required(String, 'portalId', 'kind', 'itemId', 'code'),
    ...required(Number, 'tries'),
    ...required(Date, 'since', 'nextAt'),
  },
  { versionKey: false },
).index({ portalId: 1, nextAt: 1 });

const firstPauseMs = 60_000;
const longestPauseMs = 6 * 3_600_000;
/** A minute, doubled with every try, six hours at most. */
const pauseAfter = (tries: number): number => Math.min(firstPauseMs * 2 ** (tries - 1), longestPauseMs);

const toId = (kind: AsideKind, itemId: string): string => `${kind}/${itemId}`;

/** What is set aside. A lost or doubled write costs a try more or less, never an item. */
export function createAsides(connection: Connection) {
  const model = connection.model<Aside>('Aside', asideSchema, 'asides');
  return {
    model,
    /** Those of the items that failed last time, by the item's id. */
    async listOf(kind: AsideKind, itemIds: readonly string[]): Promise<Map<string, Aside>> {
      if (itemIds.length === 0) return new Map();
      const found = await listAll(model, { _id: { $in: itemIds.map((itemId) => toId(kind, itemId)) } });
      return new Map(found.map((aside) => [aside.itemId, aside]));
    },
    /** One more failed try. `before`: the tries before it. */
    async add(
      aside: Pick<Aside, 'portalId' | 'kind' | 'itemId' | 'code'>,
      before: number,
      now: Date,
    ): Promise<void> {
      const tries = before + 1;
      const nextAt = new Date(now.getTime() + pauseAfter(tries));
      const update = { $set: { ...aside, tries, nextAt }, $setOnInsert: { since: now } };
      await model.updateOne({ _id: toId(aside.kind, aside.itemId) }, update, { upsert: true });
    },
    /** The item's work was done. */
    async end(kind: AsideKind, itemId: string): Promise<void> {
      await model.deleteOne({ _id: toId(kind, itemId) });
    },
    /** Items that nobody tried again for long are in no list any more. */
    async forget(portalId: string, dueBefore: Date): Promise<void> {
      await model.deleteMany({ portalId, nextAt: { $lt: dueBefore } });
    },
  };
}
