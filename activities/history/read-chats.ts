import { log } from '@temporalio/activity';
import { CancelledFailure } from '@temporalio/common';
import { canNarrow, narrower, nextWindow, pauseOfImport, widerAfter } from '../../domain/history';
import type { ImportChatDoc } from '../../store/history/import-chats';
import { isStoreAway } from '../../store/store-away';
import { SourceAwayError, SourceRefusedError } from '../../whatsapp/history-source';
import { mostMessages, readWindow } from './read-window';
import type { Run } from './run';
import { storeMessages } from './store-messages';

const chatsAtOnce = 50;
/** A chat that fails so often in a row is left out; the next reading begins where it failed. */
const mostTries = 5;

/** One piece of a chat. Null: another attempt of this step is at it. */
async function readPiece(run: Run, chat: ImportChatDoc): Promise<ImportChatDoc | 'read' | null> {
  const { importChats } = run.deps.store;
  const window = nextWindow(chat, run.doc.to);
  if (!window) {
    await importChats.markDone(chat._id);
    return 'read';
  }
  const messages = await readWindow(run, chat.jids, window);
  if (messages === 'too-many' && canNarrow(window)) return importChats.narrow(chat, narrower(window));
  const some = messages === 'too-many' ? [] : messages;
  // Stored before the place is moved: a crash in between reads the piece again, and finds its messages known.
  const found = await storeMessages(run, some);
  const widthMs = widerAfter(window, some.length, mostMessages);
  return importChats.advance(chat, { readTo: window.to, widthMs, read: some.length, found });
}

/** Whether it is no fault of the chat. */
const isOfAll = (error: unknown): boolean =>
  error instanceof SourceAwayError ||
  error instanceof SourceRefusedError ||
  error instanceof CancelledFailure ||
  isStoreAway(error);

async function setAside({ deps: { store }, doc }: Run, chat: ImportChatDoc, error: unknown): Promise<void> {
  const tries = chat.tries + 1;
  const nextAt = tries < mostTries ? new Date(Date.now() + pauseOfImport(tries)) : null;
  log.warn('A chat of an import failed and is set aside', {
    importId: doc._id,
    importChatId: chat._id,
    tries,
    error: error instanceof Error ? error.name : typeof error,
  });
  await store.importChats.noteFailure(chat, nextAt);
}

/** Reads one chat on, as long as the step may go on and the import runs. */
async function readChat(run: Run, first: ImportChatDoc): Promise<void> {
  const { imports } = run.deps.store;
  let chat = first;
  while (!run.isOver()) {
    if ((await imports.load(run.doc._id))?.state !== 'running') return;
    const next = await readPiece(run, chat);
    if (next === null || next === 'read') return;
    chat = next;
  }
}

async function readAlone(run: Run, chat: ImportChatDoc): Promise<void> {
  try {
    await readChat(run, chat);
  } catch (error) {
    if (isOfAll(error)) throw error;
    await setAside(run, chat, error);
  }
}

/**
 * Reads the waiting chats, one after the other, until the step is over. One that fails is set aside for a growing time and stops no other.
 * Gives what is left: chats to go on with, chats that rest, or nothing.
 */
export async function readChats(run: Run): Promise<'more' | 'chats' | 'nothing'> {
  const { importChats } = run.deps.store;
  for (;;) {
    const waiting = await importChats.listWaiting(run.doc._id, chatsAtOnce);
    if (waiting.length === 0) return 'nothing';
    const now = new Date();
    const due = waiting.filter(({ nextAt }) => nextAt === null || nextAt <= now);
    if (due.length === 0) return 'chats';
    for (const chat of due) {
      if (run.isOver()) return 'more';
      await readAlone(run, chat);
    }
    if ((await run.deps.store.imports.load(run.doc._id))?.state !== 'running') return 'more';
  }
}
