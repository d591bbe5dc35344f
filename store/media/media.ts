import type { Connection } from 'mongoose';
import { refusalOf } from '../../domain/files/wanted';
import { fetchedSources, type IncomingMedia } from '../../domain/message';
import { insertNew, listPlain } from '../bulk';
import { newId } from '../connection';
import { changeAndLoad, changeOne, findOne, listAll, loadOne } from '../queries';
import { usualLimits, type FileLimits } from './limits';
import { mediaSchema, type MediaDoc } from './media-schema';
import { createOutcomes } from './outcomes';

export type { MediaDoc, MediaReason } from './media-schema';

type Of = 'portalId' | 'accountId' | 'messageId' | 'v' | 'stanzaId' | 'fromMe' | 'kind' | 'fileName';
export type WantedMedia = Pick<MediaDoc, Of> & { media: IncomingMedia };

/** A client that was told what is missing has a day to send it. */
const uploadWithinMs = 24 * 3_600_000;

/** Null is no time, on every kind of server. */
const ever = new Date(0);

/** The first state of a file: wanted, or not to be had at all, which its message's own line says. */
function toBeginning({ media, ...of }: WantedMedia, limits: FileLimits, now: Date): MediaDoc {
  const { refusal = refusalOf({ ...limits, wantedTypes: [] }, media, of.kind), ...said } = media;
  const reason = media.source.kind === 'none' ? 'unavailable' : refusal;
  const dueInMs = media.source.kind === 'upload' ? uploadWithinMs : 0;
  return {
    _id: newId(),
    ...of,
    ...said,
    state: reason === null ? 'wanted' : 'lost',
    reason,
    hash: null,
    outcome: reason === null ? 0 : 1,
    outcomeAt: reason === null ? null : now,
    toRouteAt: null,
    nextAt: reason === null ? new Date(now.getTime() + dueInMs) : null,
    tries: 0,
    createdAt: now,
    toldAt: null,
  };
}

type Read = Pick<MediaDoc, '_id' | 'outcome' | 'nextAt'>;

/** The files of messages. */
export function createMedia(connection: Connection, limits: FileLimits = usualLimits) {
  const model = connection.model<MediaDoc>('Media', mediaSchema, 'media');

  return {
    model,
    limits,
    ...createOutcomes(model),
    /** Notes files, each once; gives those that are new. Safe to repeat: it is the second write of their messages' ingest. */
    async want(wanted: readonly WantedMedia[]): Promise<MediaDoc[]> {
      const now = new Date();
      const fresh = wanted.map((one) => toBeginning(one, limits, now));
      const taken = await insertNew(model, fresh);
      return fresh.filter((_, index) => !taken.has(index));
    },

    load: (mediaId: string): Promise<MediaDoc | null> => loadOne(model, mediaId),
    loadMany: (mediaIds: readonly string[]): Promise<MediaDoc[]> =>
      listPlain(model, { _id: { $in: [...mediaIds] } }),

    listOfMessages: (messageIds: readonly string[]): Promise<MediaDoc[]> =>
      listAll(model, { messageId: { $in: messageIds } }),

    /** What an account's messages with these stanza ids have; of several of one id all. */
    listOfStanzas: (accountId: string, stanzaIds: readonly string[]): Promise<MediaDoc[]> =>
      listPlain(model, { accountId, stanzaId: { $in: [...stanzaIds] } }),

    /** Those of a portal that are to be fetched now, the longest due first. */
    listToFetch: (portalId: string, now: Date, limit: number): Promise<MediaDoc[]> =>
      listAll(
        model,
        {
          portalId,
          nextAt: { $gt: ever, $lte: now },
          'source.kind': { $in: fetchedSources },
          state: { $in: ['wanted', 'lost'] },
        },
        { sort: { nextAt: 1 }, limit },
      ),

    /** Those for which something else is to be done: sent again, or given up. */
    listDue: (portalId: string, now: Date, limit: number): Promise<MediaDoc[]> =>
      listAll(
        model,
        {
          ...{ portalId, nextAt: { $gt: ever, $lte: now } },
          $or: [{ state: 'refused' }, { 'source.kind': { $nin: fetchedSources } }],
        },
        { sort: { nextAt: 1 }, limit },
      ),

    /** The files of a message's dropped copy; gives their contents. */
    async removeOfMessage(messageId: string): Promise<string[]> {
      const files = await listAll(model, { messageId });
      await model.deleteMany({ messageId });
      return files.flatMap(({ hash }) => hash ?? []);
    },

    /** Outcomes whose outbox row was not made within a while. */
    listUnrouted: (portalId: string, before: Date, limit: number): Promise<MediaDoc[]> =>
      listAll(model, { portalId, toRouteAt: { $gt: ever, $lte: before } }, { sort: { toRouteAt: 1 }, limit }),

    /** Those that are on their page since before a time, and still kept. */
    listExpired: (portalId: string, toldBefore: Date, limit: number): Promise<MediaDoc[]> =>
      listAll(
        model,
        { portalId, state: 'stored', toldAt: { $gt: ever, $lte: toldBefore } },
        { sort: { toldAt: 1 }, limit },
      ),

    /** Takes a due file for a while, so that no other process does the same; a dead one loses it. */
    claim: ({ _id, nextAt }: Read, forMs: number): Promise<MediaDoc | null> =>
      changeAndLoad<MediaDoc>(
        model,
        { _id, nextAt },
        { $set: { nextAt: new Date(Date.now() + forMs) }, $inc: { tries: 1 } },
      ),

    /** Tried in vain; again later, or never (null). */
    async postpone({ _id }: Read, nextAt: Date | null): Promise<void> {
      await model.updateOne({ _id }, { $set: { nextAt } });
    },

    /** These are on their page. */
    async markTold(mediaIds: readonly string[], at: Date): Promise<void> {
      if (mediaIds.length > 0)
        await model.updateMany({ _id: { $in: mediaIds }, toldAt: null }, { $set: { toldAt: at } });
    },

    /** Its bytes are no longer kept. False: it was changed meanwhile. */
    expire: ({ _id, outcome }: Read): Promise<boolean> =>
      changeOne(model, { _id, outcome, state: 'stored' }, { $set: { state: 'expired', hash: null } }),

    hasContent: async (hash: string): Promise<boolean> => (await model.exists({ hash })) !== null,

    find: (messageId: string, v: number): Promise<MediaDoc | null> => findOne(model, { messageId, v }),
  };
}
