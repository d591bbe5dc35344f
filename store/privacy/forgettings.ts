import { Schema, type Connection } from 'mongoose';
import type { Who } from '../../domain/access';
import { orNull, required } from '../fields';
import { changeOne, findOne, insertOne, listAll, listFromOldest, loadOne, type Page } from '../queries';

/** The steps of forgetting a person, in their order; each may be done twice. */
export const forgettingPhases = ['away', 'counting', 'links', 'pages', 'groups', 'chats', 'names'] as const;
export type ForgettingPhase = (typeof forgettingPhases)[number] | 'done';

/** How much there was, counted before the first of it went. */
export interface Found {
  people: number;
  links: number;
  chats: number;
  messages: number;
  files: number;
  /** Comments on pages in Bitrix24 with what was said in direct chats. */
  comments: number;
  /** Messages in groups, each once however often it was edited, and reactions to those of others. */
  groupMessages: number;
  reviews: number;
}

export const nothingFound: Found = {
  ...{ people: 0, links: 0, chats: 0, messages: 0, files: 0 },
  ...{ comments: 0, groupMessages: 0, reviews: 0 },
};

/** The last message of a group that a step has seen to. */
export interface GroupPlace {
  chatId: string;
  after: string | null;
}

/** The forgetting of one person: how far it is, and afterwards the proof of it, which says nothing of whom it was about. */
export interface ForgettingDoc {
  /** The id of its operation. */
  _id: string;
  portalId: string;
  /** Our ids of the person and all whom they were merged with; emptied when what may still be under way has been looked for. */
  personIds: string[];
  phase: ForgettingPhase;
  place: GroupPlace | null;
  found: Found;
  who: Who;
  askedAt: Date;
  /** From then on nothing more was taken in of them. */
  awayAt: Date | null;
  finishedAt: Date | null;
}

const forgettingSchema = new Schema<ForgettingDoc>(
  {
    _id: String,
    ...required(String, 'portalId', 'phase'),
    personIds: [String],
    place: { type: Schema.Types.Mixed, default: null },
    found: { type: Schema.Types.Mixed, required: true },
    who: { type: Schema.Types.Mixed, required: true },
    ...required(Date, 'askedAt'),
    ...orNull(Date, 'awayAt', 'finishedAt'),
  },
  { versionKey: false, minimize: false },
)
  .index({ personIds: 1, _id: -1 })
  .index({ portalId: 1, phase: 1, finishedAt: 1 })
  .index({ portalId: 1, phase: 1, _id: 1 });

type Read = Pick<ForgettingDoc, '_id' | 'phase'>;

export function createForgettings(connection: Connection) {
  const model = connection.model<ForgettingDoc>('Forgetting', forgettingSchema, 'forgettings');
  return {
    model,
    begin: (fresh: Pick<ForgettingDoc, '_id' | 'portalId' | 'personIds' | 'who'>): Promise<ForgettingDoc> =>
      insertOne<ForgettingDoc>(model, { ...fresh, phase: 'away', found: nothingFound, askedAt: new Date() }),
    load: (operationId: string): Promise<ForgettingDoc | null> => loadOne(model, operationId),
    /** The one that is about this person, running or just done. */
    findOfPerson: (personId: string): Promise<ForgettingDoc | null> =>
      findOne(model, { personIds: personId }, { _id: -1 }),
    /** Others were merged with the person meanwhile. */
    async addPeople({ _id }: Read, personIds: readonly string[]): Promise<void> {
      await model.updateOne({ _id }, { $addToSet: { personIds: { $each: personIds } } });
    },
    /** To the next step, from the one that was read; with what this one found out. False: another process was there first. */
    enter: (
      { _id, phase }: Read,
      next: ForgettingPhase,
      facts: Partial<Pick<ForgettingDoc, 'awayAt' | 'finishedAt'>> = {},
    ): Promise<boolean> => changeOne(model, { _id, phase }, { $set: { ...facts, phase: next, place: null } }),
    /** A page of a group is done. What was counted in it is written with the place: a crash before counts the page anew. */
    async movePlace({ _id, phase }: Read, place: GroupPlace, groupMessages = 0): Promise<void> {
      const $inc = { 'found.groupMessages': groupMessages };
      await model.updateOne({ _id, phase }, { $set: { place }, $inc });
    },
    async noteFound({ _id, phase }: Read, found: Found): Promise<void> {
      await model.updateOne({ _id, phase }, { $set: { found } });
    },
    /** Those of a portal that are not at their end. */
    listRunning: (portalId: string, page: Page): Promise<ForgettingDoc[]> =>
      listFromOldest(model, { portalId, phase: { $in: [...forgettingPhases] } }, page),
    /** Done since a time: what was being taken in when they began may have come behind them. */
    listDoneSince: (portalId: string, since: Date): Promise<ForgettingDoc[]> =>
      listAll(model, { portalId, phase: 'done', finishedAt: { $gte: since } }),
    /** What was done before a time names nobody any more, not even by our own ids. */
    async unname(portalId: string, before: Date): Promise<void> {
      await model.updateMany(
        { portalId, phase: 'done', finishedAt: { $lt: before }, personIds: { $ne: [] } },
        { $set: { personIds: [] } },
      );
    },
  };
}
