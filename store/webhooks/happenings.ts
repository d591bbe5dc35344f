import type { Model } from 'mongoose';
import type { AccountDoc } from '../accounts';
import type { EntryDoc } from '../delivery/entry-schema';
import type { LinkDoc } from '../links/link-schema';
import type { ReviewDoc } from '../reviews/review-schema';

/** A document that changed, of the kinds that webhooks tell of. */
export type Happening =
  | { kind: 'account'; doc: AccountDoc }
  | { kind: 'link'; doc: LinkDoc }
  | { kind: 'review'; doc: ReviewDoc }
  | { kind: 'entry'; doc: EntryDoc };

interface Collections {
  accounts: { list: () => Promise<AccountDoc[]> };
  links: { model: Model<LinkDoc> };
  reviews: { model: Model<ReviewDoc> };
  entries: { model: Model<EntryDoc> };
}

interface Wanted {
  kinds: ReadonlySet<Happening['kind']>;
  portalIds: string[];
  since: Date;
  until: Date;
}

const batchSize = 200;

/** The documents of these kinds that changed between two times, as they are now: no writer has to think of webhooks. */
export async function* eachHappening(
  { accounts, links, reviews, entries }: Collections,
  { kinds, portalIds, since, until }: Wanted,
): AsyncGenerator<Happening> {
  const newer = { $gt: since, $lte: until };
  if (kinds.has('account')) {
    for (const doc of await accounts.list())
      if (doc.livenessChangedAt && doc.livenessChangedAt > since) yield { kind: 'account', doc };
  }
  if (kinds.has('link')) {
    const changed = links.model.find({ updatedAt: newer }).lean<LinkDoc[]>().cursor({ batchSize });
    for await (const doc of changed) yield { kind: 'link', doc: doc };
  }
  if (kinds.has('review')) {
    const changed = reviews.model.find({ updatedAt: newer }).lean<ReviewDoc[]>().cursor({ batchSize });
    for await (const doc of changed) yield { kind: 'review', doc: doc };
  }
  if (kinds.has('entry')) {
    const delivered = { portalId: { $in: portalIds }, deliveredAt: newer };
    const changed = entries.model.find(delivered).lean<EntryDoc[]>().cursor({ batchSize });
    for await (const doc of changed) yield { kind: 'entry', doc: doc };
  }
}
