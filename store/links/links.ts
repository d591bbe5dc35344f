import type { Connection } from 'mongoose';
import type { Decision } from '../../domain/link';
import { newId } from '../connection';
import { changeAndLoad, findOne, insertOne, listAll, loadOne, unlessTaken } from '../queries';
import { createLinkBeginnings } from './beginnings';
import { createLinkCounts } from './link-counts';
import { createLinkCreations } from './creations';
import { createLinkDoubts, holdLink, releaseLink } from './doubts';
import { createLinkEndings } from './endings';
import { createLinkMerges } from './merges';
import { createLinkRounds } from './rounds';
import { createLinkModel, toHistory, type LinkChange, type LinkDoc, type LinkRequest } from './link-schema';

export function createLinks(connection: Connection) {
  const model = createLinkModel(connection);
  return {
    model,
    load: (linkId: string): Promise<LinkDoc | null> => loadOne(model, linkId),
    loadMany: (linkIds: readonly string[]): Promise<LinkDoc[]> => listAll(model, { _id: { $in: linkIds } }),
    findByPerson: (portalId: string, personId: string): Promise<LinkDoc | null> =>
      findOne(model, { portalId, personId }),

    /** A new pending link, or null when the person has one already (also when another caller was first). */
    insertPending: (portalId: string, personId: string, request: LinkRequest): Promise<LinkDoc | null> =>
      unlessTaken(() =>
        insertOne<LinkDoc>(model, {
          ...{ _id: newId(), portalId, personId, state: 'pending', rhythm: 'rounds', request },
          ...{ arrivals: 0, epoch: 1, createdAt: new Date() },
          history: toHistory('requested', request.crmContactId, request.who).history.$each,
        }),
      ),

    /** An unlinked link asked for again: pending, next epoch. Null when it was not unlinked any more. */
    renewPending: (linkId: string, request: LinkRequest): Promise<LinkDoc | null> =>
      changeAndLoad(
        model,
        { _id: linkId, state: 'unlinked' },
        {
          $set: {
            ...{ state: 'pending', rhythm: 'rounds', request, decision: null, crmContactId: null },
            ...{ attention: null, doubt: null, doNotLinkAgain: false },
          },
          // The refusal was of another request.
          $unset: { 'creation.refusal': '' },
          $inc: { epoch: 1 },
          $push: toHistory('requested', request.crmContactId, request.who),
        },
      ),

    /**
     * Asks for a change, and raises the epoch first, so that nothing planned before is sent. Null when the link is
     * in no state for it, another change is under way, or it is not (any more) that of `personId`.
     */
    async requestChange(
      linkId: string,
      change: LinkChange,
      theirs: { personId?: string } = {},
    ): Promise<LinkDoc | null> {
      const unlink = change.kind === 'unlink';
      const changed = await changeAndLoad(
        model,
        { _id: linkId, ...theirs, state: unlink ? { $in: ['pending', 'linked'] } : 'linked', change: null },
        {
          $set: { change, ...(unlink ? { state: 'unlinking' } : {}) },
          $inc: { epoch: 1 },
          $push: toHistory(change.why ?? change.kind, change.crmContactId, change.who),
        },
      );
      if (changed?.doubt) await releaseLink(model, linkId);
      return changed;
    },

    /** The change is carried out: the link rests as unlinked, or goes on with its new contact. */
    async finishChange(linkId: string, change: LinkChange, decision: Decision | null): Promise<void> {
      await releaseLink(model, linkId);
      const rest = { state: 'unlinked', rhythm: 'rounds', creation: null } as const;
      const counts = change.entries === 'remove' ? { messagesBackedUp: 0, groupMessagesBackedUp: 0 } : {};
      const unlinked = { ...rest, ...counts, doNotLinkAgain: change.remember };
      const moved = {
        crmContactId: change.crmContactId,
        decision: change.decision ?? decision,
        contactSeenAt: new Date(),
      };
      const ended = { change: null, attention: null, doubt: null, reviewId: null };
      await model.updateOne(
        { _id: linkId, 'change.operationId': change.operationId },
        {
          $set: { ...(change.kind === 'unlink' ? unlinked : moved), ...ended },
          $push: toHistory(
            change.kind === 'unlink' ? 'unlinked' : 'contact changed',
            change.crmContactId,
            change.who,
          ),
        },
      );
    },

    /** The change cannot be carried out: the link goes on as it was. */
    async dropChange(linkId: string, operationId: string): Promise<void> {
      await model.updateOne(
        { _id: linkId, 'change.operationId': operationId },
        { $set: { change: null }, $push: toHistory('change refused', null) },
      );
      await holdLink(model, linkId);
    },

    ...createLinkCounts(model),
    ...createLinkBeginnings(model),
    ...createLinkRounds(model),
    ...createLinkDoubts(model),
    ...createLinkMerges(model),
    ...createLinkEndings(model),
    ...createLinkCreations(model),
  };
}
