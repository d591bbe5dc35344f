import type { Decision, LinkEventName } from '../../domain/link';
import { listFromOldest, type Page } from '../queries';
import { toHistory, type HeldPlace, type LinkDoc, type LinkModel } from './link-schema';

/** The writes by which a pending link is linked, or rests. */
export const createLinkBeginnings = (model: LinkModel) => ({
  /** Writes why and to whom a pending link goes, before it is linked. False when it is not pending any more. */
  async decide(linkId: string, crmContactId: number, decision: Decision): Promise<boolean> {
    const set = { $set: { crmContactId, decision } };
    const done = await model.updateOne({ _id: linkId, state: 'pending' }, set);
    return done.matchedCount === 1;
  },

  /** pending -> linked. The beginning is set once. From here on ingest makes outbox rows for this link. */
  async markLinked(linkId: string, crmContactId: number): Promise<void> {
    const now = new Date();
    await model.updateOne({ _id: linkId, state: 'pending', startedAt: null }, { $set: { startedAt: now } });
    await model.updateOne(
      { _id: linkId, state: 'pending' },
      {
        $set: { state: 'linked', attention: null, reviewId: null },
        $push: toHistory('linked', crmContactId),
      },
    );
  },

  /** The links that an operation on many asked for last, whatever became of them. */
  listOfOperation: (operationId: string, page: Page): Promise<LinkDoc[]> =>
    listFromOldest(model, { 'request.operationId': operationId }, page),

  countOfOperation: (operationId: string): Promise<number> =>
    model.countDocuments({ 'request.operationId': operationId }).exec(),

  async moveHeldPlace({ _id, epoch }: LinkDoc, place: HeldPlace): Promise<void> {
    await model.updateOne({ _id, epoch }, { $set: { held: { epoch, ...place } } });
  },

  /** A doubtful outcome: the link rests as unlinked and names its review. */
  async restOnReview(linkId: string, reviewId: string, what: LinkEventName): Promise<void> {
    await model.updateOne(
      { _id: linkId, state: 'pending' },
      { $set: { state: 'unlinked', reviewId }, $push: toHistory(what, null) },
    );
  },
});
