import { log } from '@temporalio/activity';
import type { FileReading } from '../../domain/export/chat-file';
import type { ImportDoc } from '../../store/history/imports';
import { openExport, type ExportedFile } from '../../whatsapp/export/archive';
import { decode } from '../../whatsapp/export/decode';
import { createIdentify, type IdentifiedMessage } from '../../whatsapp/export/identify';
import { readChat } from '../../whatsapp/export/read-chat';
import { ExportRefusedError } from '../../whatsapp/export/refused';
import { toNumberOf, translateExported } from '../../whatsapp/export/translate';
import { keepFiles } from './keep-files';
import { leaveOutTwins } from './known-twins';
import { toProgress, type ImportProgress } from './progress';
import type { FileRun } from './run';
import { exportSource, storeMessages } from './store-messages';

const piecesAtOnce = 100;
const fileGone = 'The file is not kept any more: import it once more.';

interface Opened {
  file: ExportedFile;
  reading: FileReading;
}

/** The messages of a file behind its place, in portions of so many pieces; with each where it ends. */
async function* readPortions({ doc }: FileRun, { file, reading }: Opened) {
  const { dayOrder, timeZone, me, chat } = reading;
  const written = new Set(doc.file?.facts.written);
  const identify = createIdentify({
    timeZone,
    me,
    isGroup: chat.kind === 'group',
    numberOf: toNumberOf(reading),
  });
  let at = 0;
  let portion: IdentifiedMessage[] = [];
  for await (const message of readChat(decode(file.readText()), { dayOrder, written, files: file.names })) {
    // Those before the place are counted too: the id of a message tells the how many-th it is.
    const identified = message && identify(message);
    at += 1;
    if (at <= doc.done) continue;
    if (identified) portion.push(identified);
    if (at % piecesAtOnce > 0) continue;
    yield { portion, done: at };
    portion = [];
  }
  if (at > doc.done) yield { portion, done: at };
}

/**
 * A portion of the file: its messages, then their files, then the place. A process that dies in between does all of it again: messages are
 * known by their ids, files that are had are not read again.
 */
async function takePortion(
  run: FileRun,
  { file, reading }: Opened,
  portion: readonly IdentifiedMessage[],
): Promise<number> {
  const fresh = await leaveOutTwins(run, reading, portion);
  const messages = fresh.map((one) => ({
    raw: null,
    translation: { kind: 'message' as const, message: translateExported(one, reading, file.names) },
  }));
  const found = await storeMessages({ ...run, source: { name: exportSource } }, messages);
  await keepFiles(run, file, fresh);
  return found;
}

/** Works the file off until the step is over, its import does not run any more, or nothing is left. True: nothing is. */
async function workOff(run: FileRun, opened: Opened): Promise<boolean> {
  const { imports } = run.deps.store;
  let place: Pick<ImportDoc, '_id' | 'done'> = run.doc;
  for await (const { portion, done } of readPortions(run, opened)) {
    if (run.isOver() || (await imports.load(place._id))?.state !== 'running') return false;
    const found = await takePortion(run, opened, portion);
    // Another attempt of this step is at it.
    if (!(await imports.advanceFile(place, { done, read: portion.length, found }))) return false;
    place = { ...place, done };
  }
  return true;
}

/** What the file was kept for is done. First its bytes are given a day: whoever dies behind it does this again. */
async function letGo({ deps: { store }, doc }: FileRun): Promise<void> {
  if (doc.fileHash) await store.contents.hold(doc.fileHash);
  await store.imports.letGoOfFile(doc._id, fileGone);
}

async function end(run: FileRun, reason: string | null): Promise<void> {
  const { imports } = run.deps.store;
  const { _id: importId } = run.doc;
  if (reason === null) await letGo(run);
  if (await imports.finish(importId, reason === null ? 'done' : 'failed', reason))
    log.info('The import of a file has ended', { importId, failed: reason !== null });
}

/** Why the file cannot be read, or null once this step has done its part. */
async function workFile(run: FileRun): Promise<'more' | 'ended'> {
  const { doc, deps } = run;
  const ranges = doc.fileHash ? await deps.store.contents.openRanges(doc.fileHash) : null;
  const reading = doc.file?.reading;
  // A step that died behind letting go of the file has its end left to do.
  if (!ranges || !reading) {
    await end(run, doc.done >= doc.total ? null : fileGone);
    return 'ended';
  }
  const file = await openExport(ranges);
  try {
    if (!(await workOff(run, { file, reading }))) return 'more';
  } finally {
    file.close();
  }
  await end(run, null);
  return 'ended';
}

/** One step of an exported chat's import: piece by piece from its place on, for a bounded time. Everything it does may be done again. */
export async function importFile(run: FileRun): Promise<ImportProgress> {
  const { deps, doc } = run;
  let next: ImportProgress['next'] = 'more';
  try {
    next = await workFile(run);
  } catch (error) {
    if (!(error instanceof ExportRefusedError)) throw error;
    await end(run, error.advice);
    next = 'ended';
  }
  return toProgress((await deps.store.imports.load(doc._id)) ?? doc, next);
}
