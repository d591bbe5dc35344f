import { linkIdOf } from '../domain/ids';
import type { LinkState, Rhythm } from '../domain/link';
import type { SourceState } from '../domain/source/words';
import type { MessageDoc, MessageVersion } from './chats/message-schema';
import { listAll } from './queries';
import type { ReviewDoc } from './reviews/reviews';
import type { Store } from './store';

/** A change to be shown: ids, states and counts, nothing personal. `at` tells two changes apart that look the same. */
export type Change =
  | { kind: 'link'; id: string; state: LinkState; rhythm: Rhythm; attention: string | null; at: Date }
  | { kind: 'delivery'; id: string; at: Date }
  | { kind: 'message'; id: string; chatId: string; at: Date }
  | { kind: 'review'; id: string; state: ReviewDoc['state']; at: Date }
  | { kind: 'account'; id: string; sourceState: string | null; liveness: SourceState | null; at: Date }
  | { kind: 'operation' | 'import'; id: string; state: string; done: number; total: number };

/** A look finds at most so many of a kind; the rest is found by the next. */
const limit = 500;

async function listLinkChanges({ links }: Store, since: Date): Promise<Change[]> {
  const newer = { $gt: since };
  const found = await listAll(links.model, { updatedAt: newer }, { limit });
  return found.map(({ _id, state, rhythm, attention, updatedAt, createdAt }) => {
    const at = updatedAt ?? createdAt;
    return { kind: 'link', id: _id, state, rhythm, attention: attention?.code ?? null, at };
  });
}

/** Links to whose page something was written; what the entries hold is not read. */
async function listDeliveries({ portals, entries }: Store, since: Date): Promise<Change[]> {
  const known = await portals.list();
  const found = await Promise.all(
    known.map(({ _id: portalId }) =>
      entries.model
        .find({ portalId, deliveredAt: { $gt: since } }, { target: 1, deliveredAt: 1 })
        .limit(limit)
        .lean()
        .exec(),
    ),
  );
  return found.flat().flatMap(({ target, deliveredAt }): Change[] => {
    const id = linkIdOf(target);
    return id === null || deliveredAt === null ? [] : [{ kind: 'delivery', id, at: deliveredAt }];
  });
}

/** Questions that were opened, answered or looked at again; a newcomer's has no link that would tell of it. */
async function listReviewChanges({ reviews }: Store, since: Date): Promise<Change[]> {
  const found = await reviews.model
    .find({ updatedAt: { $gt: since } }, { state: 1, updatedAt: 1 })
    .limit(limit)
    .lean()
    .exec();
  return found.map(({ _id: id, state, updatedAt: at }) => ({ kind: 'review', id, state, at }));
}

type Arrived = Pick<MessageDoc, '_id' | 'chatId'> & { versions: Pick<MessageVersion, 'routedAt'>[] };

/** Messages of which something was taken in; by their times in the index alone, and nothing of what they say is read. */
async function listArrivals({ portals, messages }: Store, since: Date): Promise<Change[]> {
  const known = await portals.list();
  const found = await Promise.all(
    known.map(({ _id: portalId }) =>
      messages.model
        .find({ portalId, 'versions.routedAt': { $gt: since } }, { chatId: 1, 'versions.routedAt': 1 })
        .limit(limit)
        .lean<Arrived[]>()
        .exec(),
    ),
  );
  return found.flat().map(({ _id: id, chatId, versions }): Change => {
    const times = versions.map(({ routedAt }) => routedAt?.getTime() ?? 0);
    return { kind: 'message', id, chatId, at: new Date(Math.max(...times)) };
  });
}

async function listAccountChanges({ accounts }: Store, since: Date): Promise<Change[]> {
  const newer = { $gt: since };
  const signs = [{ lastEventAt: newer }, { heartbeatAt: newer }, { livenessChangedAt: newer }];
  const changed = { $or: [...signs, { createdAt: newer }] };
  const found = await listAll(accounts.model, changed, { limit });
  return found.map((account) => {
    const { _id, sourceState, liveness, createdAt, lastEventAt, heartbeatAt, livenessChangedAt } = account;
    const times = [createdAt, lastEventAt, heartbeatAt, livenessChangedAt ?? null];
    const at = new Date(Math.max(...times.map((time) => time?.getTime() ?? 0)));
    return { kind: 'account', id: _id, sourceState, liveness: liveness?.state ?? null, at };
  });
}

async function listOperationChanges({ operations }: Store, since: Date): Promise<Change[]> {
  const found = await listAll(operations.model, { updatedAt: { $gt: since } }, { limit });
  return found.map(({ _id, state, done, total }) => ({ kind: 'operation', id: _id, state, done, total }));
}

async function listImportChanges({ imports }: Store, since: Date): Promise<Change[]> {
  const newer = { $gt: since };
  const changed = { $or: [{ state: 'running' as const }, { createdAt: newer }, { endedAt: newer }] };
  const found = await listAll(imports.model, changed, { limit });
  return found.map(({ _id, state, done, total }) => ({ kind: 'import', id: _id, state, done, total }));
}

/** Whether of one kind there may be more than were found: then nobody knows all that changed. */
export const isTooMany = (changes: readonly Change[]): boolean =>
  changes.length >= limit &&
  ['link', 'delivery', 'message', 'review', 'account', 'operation', 'import'].some(
    (kind) => changes.filter((change) => change.kind === kind).length >= limit,
  );

/** All changes after `since`. Running imports are in it each time; the links' clocks alone are no change. */
export async function listChanges(store: Store, since: Date): Promise<Change[]> {
  const found = await Promise.all([
    listLinkChanges(store, since),
    listDeliveries(store, since),
    listArrivals(store, since),
    listReviewChanges(store, since),
    listAccountChanges(store, since),
    listOperationChanges(store, since),
    listImportChanges(store, since),
  ]);
  return found.flat();
}
