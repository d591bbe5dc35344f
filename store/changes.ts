import type { LinkState, Rhythm } from '../domain/link';
import type { Store } from './store';

/** Something that changed, for whoever shows it: ids, states and counts, nothing personal. */
export type Change =
  | { kind: 'link'; id: string; state: LinkState; rhythm: Rhythm; attention: string | null }
  | { kind: 'account'; id: string; sourceState: string | null }
  | { kind: 'operation'; id: string; state: string; done: number; total: number };

/** More at once is told with the next look. */
const maxChanges = 500;

async function listLinkChanges({ links }: Store, since: Date): Promise<Change[]> {
  const newer = { $gt: since };
  const found = await links.model
    .find({
      $or: [
        { 'history.at': newer },
        { lastBackedUpAt: newer },
        { 'attention.since': { $gt: since.toISOString() } },
      ],
    })
    .limit(maxChanges)
    .lean()
    .exec();
  return found.map(({ _id, state, rhythm, attention }) => {
    return { kind: 'link', id: _id, state, rhythm, attention: attention?.code ?? null };
  });
}

async function listAccountChanges({ accounts }: Store, since: Date): Promise<Change[]> {
  const newer = { $gt: since };
  const found = await accounts.model
    .find({ $or: [{ lastEventAt: newer }, { heartbeatAt: newer }, { createdAt: newer }] })
    .limit(maxChanges)
    .lean()
    .exec();
  return found.map(({ _id, sourceState }) => ({ kind: 'account', id: _id, sourceState }));
}

async function listOperationChanges({ operations }: Store, since: Date): Promise<Change[]> {
  const found = await operations.model
    .find({ $or: [{ state: 'running' }, { createdAt: { $gt: since } }] })
    .limit(maxChanges)
    .lean()
    .exec();
  return found.map(({ _id, state, done, total }) => ({ kind: 'operation', id: _id, state, done, total }));
}

/** What changed after `since`. Operations that run are told each time; the links' clocks alone are no change. */
export async function listChanges(store: Store, since: Date): Promise<Change[]> {
  const found = await Promise.all([
    listLinkChanges(store, since),
    listAccountChanges(store, since),
    listOperationChanges(store, since),
  ]);
  return found.flat();
}
