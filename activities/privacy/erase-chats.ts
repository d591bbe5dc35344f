import { eraseChat, eraseMessages, eraseNames, eraseRows } from '../../store/privacy/erase';
import type { ChatDoc } from '../../store/chats/chats';
import { dropReports } from './drop-reports';
import { listLinks } from './end-links';
import type { PhaseResult, Run } from './run';

const portion = 200;
const usualGraceMs = 30_000;

const listChats = async ({ deps: { store }, portalId, personIds }: Run): Promise<ChatDoc[]> =>
  (await Promise.all(personIds.map((personId) => store.chats.listDirect(portalId, personId)))).flat();

/** The direct chats, portion by portion: files, entries, messages, then the chat itself. A crash leaves less to be done. */
export async function eraseChats(run: Run): Promise<PhaseResult> {
  const { store } = run.deps;
  const links = await listLinks(run);
  await eraseRows(
    store,
    links.map(({ _id }) => _id),
  );
  for (const chat of await listChats(run)) {
    for (;;) {
      if (run.isOver()) return 'more';
      const messages = await store.messages.listOfChat(chat._id, null, portion);
      if (messages.length === 0) break;
      await eraseMessages(store, messages);
    }
    await eraseChat(store, chat);
  }
  return 'done';
}

/**
 * The people themselves, with their links and all that names them. Not before what was being taken in when they were put away has come: by
 * them it is found. What comes later still is found by the sweep.
 */
export async function eraseRest(run: Run): Promise<PhaseResult> {
  const { deps, doc, portalId, personIds, names } = run;
  const graceMs = deps.forgetGraceMs ?? usualGraceMs;
  if (Date.now() - (doc.awayAt?.getTime() ?? 0) < graceMs) return 'waits';
  if ((await listChats(run)).length > 0 && (await eraseChats(run)) !== 'done') return 'more';
  await eraseNames(deps.store, { portalId, personIds, names });
  await dropReports(deps.store, portalId);
  return 'done';
}
