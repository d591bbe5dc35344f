import { randomUUID } from 'node:crypto';
import type { Portal } from '../../bitrix24/portal';
import { withoutLines } from '../../domain/privacy/comment-lines';
import { isFileItem } from '../../domain/ids';
import { sayAgain } from '../../intake/groups/say-again';
import { blankVersions, eraseFiles, eraseRowsOfGroup } from '../../store/privacy/erase';
import type { EntryDoc } from '../../store/delivery/entries';
import type { MessageDoc } from '../../store/chats/messages';
import { wakeLink } from '../wake-link';
import { eachGroupPage, isBy } from './group-pages';
import type { PhaseResult, Run } from './run';
import { takeFrom, writeAnew } from './take-from-pages';

/** As long as a round holds it. */
const leaseMs = 20_000;

const messageOf = (item: string): string => item.split('/')[0] ?? '';

interface Theirs {
  chatId: string;
  /** Said by them: the whole message goes. */
  own: MessageDoc[];
  /** Said by others: only what they did with it goes. */
  touched: MessageDoc[];
}

function toTheirs(run: Run, chatId: string, messages: readonly MessageDoc[]): Theirs {
  const by = messages.filter((message) => isBy(run, message));
  const isOwn = ({ senderPersonId }: MessageDoc) => run.personIds.includes(senderPersonId ?? '');
  return { chatId, own: by.filter(isOwn), touched: by.filter((message) => !isOwn(message)) };
}

/** Whether an item of an entry is theirs: of a message they said, or a version of another’s that they made. */
function createIsTheirs({ personIds }: Run, { own, touched }: Theirs) {
  const ids = new Set(own.map(({ _id }) => _id));
  const versions = new Set(
    touched.flatMap(({ _id, versions }) =>
      versions.flatMap(({ v, speakerId }) => (personIds.includes(speakerId ?? '') ? [`${_id}/${v}`] : [])),
    ),
  );
  return (item: string): boolean =>
    ids.has(messageOf(item)) || versions.has(item.split('/').slice(0, 2).join('/'));
}

/** Says again what others said, where a comment has to go as a whole, since a file of theirs is in it. */
async function sayRest(
  { deps: { store } }: Run,
  entry: EntryDoc,
  text: string,
  isTheirs: (item: string) => boolean,
) {
  const { link } = await sayAgain(store, { ...entry, refused: { text, code: 'forgotten', textRules: 0 } });
  const kept = (entry.files ?? []).filter(({ mediaId }) => mediaId !== '');
  const files = await store.media.model.find({ _id: { $in: kept.map(({ mediaId }) => mediaId) } }).lean();
  for (const { _id, messageId, v } of files) {
    const told = kept.find(({ mediaId }) => mediaId === _id);
    if (told && !isTheirs(`${messageId}/${v}`)) await store.media.tellAgain(_id, told.outcome);
  }
  if (!link) return;
  await wakeLink(link);
}

/** One comment without their lines. False: what becomes of it is not known yet. */
async function clearEntry(
  run: Run,
  portal: Portal,
  entry: EntryDoc,
  isTheirs: (item: string) => boolean,
): Promise<boolean> {
  const { deps } = run;
  if (entry.state === 'planned') return deps.store.entries.cancel(entry);
  if (entry.state === 'sending') return false;
  if (entry.state === 'removed') {
    await deps.store.entries.rewrite(entry, '');
    return true;
  }
  const { text, isAllTheirs } = withoutLines(entry.text, entry.items, isTheirs);
  const hasFiles = entry.items.some((item) => isFileItem(item) && isTheirs(item));
  if (isAllTheirs) await takeFrom(deps, portal, entry);
  else if (hasFiles) {
    await sayRest(run, entry, text, isTheirs);
    await takeFrom(deps, portal, entry);
  } else await writeAnew(deps, portal, entry, text);
  return true;
}

/**
 * One page of a group: rows first, so that nobody plans them; then what was told of them, in Bitrix24 and in our store; then the messages, by
 * which all of that is found. Again after a crash it finds what is left.
 */
async function clearPage(run: Run, portal: Portal | null, theirs: Theirs): Promise<boolean> {
  const { store } = run.deps;
  const { chatId, own, touched } = theirs;
  const rows = touched.flatMap(({ _id: messageId, versions }) =>
    versions.flatMap(({ v, speakerId }) =>
      run.personIds.includes(speakerId ?? '') ? [{ messageId, v }] : [],
    ),
  );
  await eraseRowsOfGroup(store, chatId, [...own.map(({ _id: messageId }) => ({ messageId })), ...rows]);
  const isTheirs = createIsTheirs(run, theirs);
  const entries = await store.entries.listOfMessages([...own, ...touched].map(({ _id }) => _id));
  for (const entry of entries.filter(({ items }) => items.some(isTheirs))) {
    if (portal && !(await clearEntry(run, portal, entry, isTheirs))) return false;
    if (!portal) await store.entries.rewrite(entry, '');
  }
  await eraseFiles(
    store,
    own.map(({ _id }) => _id),
  );
  for (const message of touched) await blankVersions(store, message, run.personIds);
  await store.messages.model.deleteMany({ _id: { $in: own.map(({ _id }) => _id) } });
  return true;
}

/** While nobody carries the group: a round that has read their rows would tell them after all. Null: one does just now. */
async function alone<Result>(
  { deps: { store } }: Run,
  chatId: string,
  work: () => Promise<Result>,
): Promise<Result | null> {
  const [lease, holder] = [`carry/${chatId}`, randomUUID()];
  if (!(await store.leases.take(lease, holder, leaseMs))) return null;
  try {
    return await work();
  } finally {
    await store.leases.release(lease, holder);
  }
}

/** What they said in groups: gone from the pages of all members, and from our store. What others quote of it is theirs. */
export async function clearGroups(run: Run): Promise<PhaseResult> {
  const { deps, portalId } = run;
  const isConnected = (await deps.store.portals.loadConnected(portalId)) !== null;
  const portal = isConnected ? await deps.portalOf(portalId) : null;
  for await (const { chatId, messages, place } of eachGroupPage(run)) {
    const theirs = toTheirs(run, chatId, messages);
    if (theirs.own.length + theirs.touched.length > 0) {
      const isDone = await alone(run, chatId, () => clearPage(run, portal, theirs));
      if (!isDone) return 'waits';
    }
    await deps.store.forgettings.movePlace(run.doc, place);
    if (run.isOver()) return 'more';
  }
  return 'done';
}
