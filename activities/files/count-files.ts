import { log } from '@temporalio/activity';
import { Bitrix24Error } from '../../bitrix24/errors';
import type { CommentFile } from '../../bitrix24/crm/timeline';
import type { Portal } from '../../bitrix24/portal';
import type { EntryDoc, EntryFile } from '../../store/delivery/entries';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { refuseFiles } from './refuse-file';

/** The portal may write a name in another way: those of one size are one file. */
function listMissing(sent: readonly EntryFile[], seen: readonly CommentFile[]): EntryFile[] {
  if (seen.length >= sent.length) return [];
  const left = [...seen];
  return sent.filter(({ name, sizeBytes }) => {
    const exact = left.findIndex((file) => file.name === name);
    const same = exact >= 0 ? exact : left.findIndex((file) => file.sizeBytes === sizeBytes);
    if (same >= 0) left.splice(same, 1);
    return same < 0;
  });
}

/** What the page shows; null: the comment is gone, or is not shown to us for a reason of its own. Outages are thrown: it is asked again. */
async function look(portal: Portal, { commentId, crmContactId, lane, _id }: EntryDoc) {
  try {
    return await portal.timeline.listFiles({ commentId: commentId ?? 0, contactId: crmContactId, lane });
  } catch (error) {
    if (!(error instanceof Bitrix24Error) || toTrouble(error).portalWide) throw error;
    log.warn('The files of a comment cannot be counted', { entryId: _id, code: error.code });
    return null;
  }
}

/**
 * The first thing after an entry with files was delivered: they are counted on the page, since the portal drops what it does not like without
 * a word. What is missing is told by a line of its own and goes again. The order of writes: missing ones refused, then the others on their
 * page; the rows of the entry still exist meanwhile, so that a crash anywhere does all of it again.
 */
export async function countFiles(deps: ActivityDeps, portal: Portal, entry: EntryDoc): Promise<void> {
  const { store } = deps;
  const { files = [], deliveredAt } = entry;
  if (files.length === 0) return;
  const seen = await look(portal, entry);
  const missing = seen ? listMissing(files, seen) : [];
  if (missing.length > 0)
    log.warn('The portal did not keep files', { entryId: entry._id, files: missing.length });
  await refuseFiles(store, missing, { reason: 'portal_dropped', isTold: false });
  const kept = files.filter((file) => !missing.includes(file)).map(({ mediaId }) => mediaId);
  await store.media.markTold(kept, deliveredAt ?? new Date());
}
