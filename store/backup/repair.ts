import type mongoose from 'mongoose';

type Db = mongoose.mongo.Db;
interface Row {
  _id: string;
  messageId: string;
  target?: string;
}

const rowsAtOnce = 1_000;

async function whichKnown(db: Db, name: string, ids: readonly string[]): Promise<Set<string>> {
  const filter = { _id: { $in: [...new Set(ids)] } };
  const found = await db
    .collection<{ _id: string }>(name)
    .find(filter, { projection: { _id: 1 } })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}

/** Null: it does not belong to a link. */
const linkIdOf = ({ target = '' }: Row): string | null => /^link\/(.*)$/.exec(target)?.[1] ?? null;

async function listOrphans(db: Db, rows: readonly Row[]): Promise<string[]> {
  const messages = await whichKnown(
    db,
    'messages',
    rows.map(({ messageId }) => messageId),
  );
  const links = await whichKnown(
    db,
    'links',
    rows.flatMap((row) => linkIdOf(row) ?? []),
  );
  const isWhole = (row: Row) => {
    const linkId = linkIdOf(row);
    return messages.has(row.messageId) && (linkId === null || links.has(linkId));
  };
  return rows.filter((row) => !isWhole(row)).map(({ _id }) => _id);
}

/**
 * What belongs to a message or a link that the backup does not have. The message was stored while the backup was made, and comes again from its
 * source; a link that is made again makes the rows of its messages again.
 */
async function removeOrphans(db: Db, name: string): Promise<void> {
  let after = '';
  for (;;) {
    const rows = await db
      .collection<Row>(name)
      .find(
        { _id: { $gt: after } },
        { sort: { _id: 1 }, limit: rowsAtOnce, projection: { messageId: 1, target: 1 } },
      )
      .toArray();
    const orphans = await listOrphans(db, rows);
    if (orphans.length > 0) await db.collection<Row>(name).deleteMany({ _id: { $in: orphans } });
    const last = rows.at(-1);
    if (!last || rows.length < rowsAtOnce) return;
    after = last._id;
  }
}

/**
 * Makes what a backup held fit to go on from. Entries that were planned or under way are looked for on their page before anything is sent
 * again: they may have been posted since. Of merged people what the backup read before the merge is moved once more. Labels of chats may be others by now.
 */
export async function repairRestored(db: Db, backupAt: Date): Promise<void> {
  await removeOrphans(db, 'outbox');
  await removeOrphans(db, 'media');
  const entries = db.collection('entries');
  const unsettled = { state: { $in: ['planned', 'sending'] } };
  await entries.updateMany({ ...unsettled, firstSentAt: null }, { $set: { firstSentAt: backupAt } });
  await entries.updateMany(
    { ...unsettled, firstSentAt: { $gt: backupAt } },
    { $set: { firstSentAt: backupAt } },
  );
  const unknown = {
    state: 'sending',
    sentAt: backupAt,
    lookAgainAt: null,
    lookAgainWhy: null,
    notBefore: null,
  };
  await entries.updateMany(unsettled, { $set: unknown, $inc: { attempt: 1 } });
  await db.collection('people').updateMany({ mergedInto: { $ne: null } }, { $set: { moving: true } });
  const unread = { $inc: { labelChanges: 1 }, $min: { labelsUnreadSince: new Date() } };
  await db.collection('accounts').updateMany({ labelsReadAt: { $ne: null } }, unread);
}
