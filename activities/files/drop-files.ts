import { log } from '@temporalio/activity';
import {
  BadRequestError,
  FilesRefusedError,
  UnclearRefusalError,
  type Bitrix24Error,
} from '../../bitrix24/errors';
import type { EntryDoc, EntryFile } from '../../store/delivery/entries';
import { unknownAfterMs, type ActivityDeps } from '../deps';
import { leaveOut } from './entry-files';
import { refuseFiles } from './refuse-file';

/** What comes of an entry that lost files: see `Sent`. */
type Dropped = { kind: 'again' } | { kind: 'lost' } | { kind: 'unknown'; retryAfterMs: number };

/** A refusal that the files may be the reason of; one that is not understood only when it comes again. */
export const isOfFiles = (error: Bitrix24Error, { attempt }: EntryDoc): boolean =>
  error instanceof FilesRefusedError ||
  error instanceof BadRequestError ||
  (error instanceof UnclearRefusalError && attempt > 1);

/** Files whose content is gone: the planned entry goes without them and says so. */
export async function dropBroken(
  { store }: ActivityDeps,
  entry: EntryDoc,
  broken: readonly EntryFile[],
): Promise<Dropped> {
  await refuseFiles(store, broken, { reason: 'unavailable', isTold: true });
  const isChanged = await store.entries.putBack(entry, leaveOut(entry, broken, 'unavailable'));
  return { kind: isChanged ? 'again' : 'lost' };
}

/**
 * The comment goes without its files and says which are missing; each of them goes again alone, later. The files are refused before the
 * entry loses them: after a crash in between it goes with them once more, and an outcome is refused once.
 */
export async function dropRefused(
  { store, settings }: ActivityDeps,
  sending: EntryDoc,
  error: Bitrix24Error,
): Promise<Dropped> {
  const { files = [], _id: entryId } = sending;
  log.warn('Bitrix24 refused the files of an entry; it goes without them', { entryId, code: error.code });
  await refuseFiles(store, files, { reason: 'portal_refused', isTold: true });
  const change = leaveOut(sending, files, 'portal_refused');
  if (!(error instanceof UnclearRefusalError)) {
    await store.entries.putBack(sending, change);
    return { kind: 'again' };
  }
  await store.entries.holdBack(sending, new Date(), change);
  return { kind: 'unknown', retryAfterMs: unknownAfterMs(settings, files) };
}
