import { toLinkTarget } from '../../domain/ids';
import { eachGroupPage, isBy } from './group-pages';
import { listLinks } from './end-links';
import type { PhaseResult, Run } from './run';

/** What there is of them outside of groups. */
async function countOwn(run: Run) {
  const { deps, portalId, personIds } = run;
  const { chats, messages, media, entries, reviews } = deps.store;
  const direct = (await Promise.all(personIds.map((id) => chats.listDirect(portalId, id)))).flat();
  const chatIds = direct.map(({ _id }) => _id);
  const links = await listLinks(run);
  const posted = { target: { $in: links.map(({ _id }) => toLinkTarget(_id)) }, state: 'delivered' as const };
  const those = { $in: [...personIds] };
  let files = 0;
  for (const chatId of chatIds)
    for (let after: string | null = null; ;) {
      const some = await messages.listOfChat(chatId, after, 500);
      files += await media.model.countDocuments({ messageId: { $in: some.map(({ _id }) => _id) } });
      after = some.at(-1)?._id ?? null;
      if (after === null) break;
    }
  return {
    people: personIds.length,
    links: links.length,
    chats: chatIds.length,
    messages: await messages.model.countDocuments({ chatId: { $in: chatIds } }),
    files,
    comments: await entries.model.countDocuments(posted),
    reviews: await reviews.model.countDocuments({ portalId, personId: those }),
  };
}

/**
 * How much there is, before the first of it goes: afterwards nobody could say. The groups page by page, each counted with its place; the rest
 * at once. A crash counts the last page, or the rest, anew.
 */
export async function countAll(run: Run): Promise<PhaseResult> {
  const { store } = run.deps;
  for await (const { place, messages } of eachGroupPage(run)) {
    const theirs = messages.filter((message) => isBy(run, message)).length;
    await store.forgettings.movePlace(run.doc, place, theirs);
    if (run.isOver()) return 'more';
  }
  const now = await store.forgettings.load(run.doc._id);
  const own = await countOwn(run);
  await store.forgettings.noteFound(run.doc, { ...own, groupMessages: now?.found.groupMessages ?? 0 });
  return 'done';
}
