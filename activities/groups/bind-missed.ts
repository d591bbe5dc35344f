import type { Portal } from '../../bitrix24/portal';
import type { MemberDoc } from '../../store/chats/members';
import type { EntryDoc } from '../../store/delivery/entries';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import type { Trouble } from '../failures';
import { bindOne } from './bind-one';
import { countOnPage } from './count-on-page';

const entriesAtOnce = 200;

/** Entries that were brought onto the page, those that it does not take still, and why. */
export interface Caught {
  bound: number;
  left: number;
  trouble: Trouble | null;
}

async function bindAside(deps: ActivityDeps, portal: Portal, link: LinkDoc, entry: EntryDoc) {
  const binding = entry.bindings?.find(({ linkId, state }) => linkId === link._id && state === 'aside');
  if (!binding) return { kind: 'open' } as const;
  return bindOne(deps, portal, { entry, binding, link });
}

/** The first one alone: a page that still takes nothing is asked once a round, not once for each entry. */
async function bindAll(deps: ActivityDeps, portal: Portal, link: LinkDoc, entries: readonly EntryDoc[]) {
  const [first, ...rest] = entries;
  if (!first) return [];
  const tried = await bindAside(deps, portal, link, first);
  if (tried.kind === 'aside') return [tried];
  const ends = await Promise.allSettled(rest.map((entry) => bindAside(deps, portal, link, entry)));
  const failed = ends.find(({ status }) => status === 'rejected');
  if (failed?.status === 'rejected') throw failed.reason;
  return [tried, ...ends.flatMap((end) => (end.status === 'fulfilled' ? end.value : []))];
}

/** How far the operation is that asked for what the group said before. What is not bound yet is counted: a crash counts nothing twice. */
async function showProgress({ store }: ActivityDeps, link: LinkDoc, { chatId, operationId }: MemberDoc) {
  const operation = operationId ? await store.operations.load(operationId) : null;
  if (!operation) return;
  const left = await store.entries.countAside(link._id, chatId);
  const total = Math.max(operation.total, left);
  await store.operations.progress(operation._id, total - left, total);
  if (left === 0) await store.operations.finish(operation._id, 'done', null);
}

/** What a link's page could not take of a group while it was paused, or its contact gone: in the link's own round. */
export async function bindMissed(
  deps: ActivityDeps,
  portal: Portal,
  link: LinkDoc,
  member: MemberDoc,
): Promise<Caught> {
  const { store } = deps;
  const caught: Caught = { bound: 0, left: 0, trouble: null };
  for (;;) {
    const entries = await store.entries.listAside(link._id, member.chatId, entriesAtOnce);
    const bounds = await bindAll(deps, portal, link, entries);
    const bound = bounds.filter(({ kind }) => kind === 'bound').length;
    caught.bound += bound;
    caught.left = entries.length - bound;
    caught.trouble ??= bounds.flatMap((one) => (one.kind === 'aside' ? (one.trouble ?? []) : []))[0] ?? null;
    await countOnPage(store, link, member.chatId);
    await showProgress(deps, link, member);
    if (caught.left > 0) return caught;
    if (entries.length < entriesAtOnce) break;
  }
  await store.members.clearMissed(member);
  return caught;
}
