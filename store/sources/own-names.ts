import type { Model } from 'mongoose';
import { toPhoneAlias, type Alias } from '../../domain/identity';

/** What WhatsApp calls one of our numbers besides the number itself. */
export interface Named {
  /** The keys of our own LIDs; absent until a source told one. */
  ownLids?: string[];
}

export const nameFields = { ownLids: { type: [String], default: undefined } };

/** Our own names: never a peer, and in a group never somebody else. */
export const ownAliasesOf = ({ e164, ownLids = [] }: Named & { e164: string }): Alias[] => [
  toPhoneAlias(e164),
  ...ownLids.map((key): Alias => ({ kind: 'lid', key })),
];

export function createOwnNames<Doc extends Named & { _id: string }>(given: Model<Doc>) {
  const model = given as unknown as Model<Named & { _id: string }>;
  return {
    /** A source said which LIDs are ours. */
    async learnOwnLids(
      { _id, ownLids = [] }: Named & { _id: string },
      aliases: readonly Alias[],
    ): Promise<void> {
      const fresh = aliases.filter(({ kind, key }) => kind === 'lid' && !ownLids.includes(key));
      if (fresh.length === 0) return;
      await model.updateOne({ _id }, { $addToSet: { ownLids: { $each: fresh.map(({ key }) => key) } } });
    },
  };
}
