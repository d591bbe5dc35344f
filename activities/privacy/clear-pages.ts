import type { Portal } from '../../bitrix24/portal';
import { toLinkTarget } from '../../domain/ids';
import type { LinkChange, LinkDoc } from '../../store/links/link-schema';
import type { EntryDoc } from '../../store/delivery/entries';
import { unknownAfterMs } from '../deps';
import { isToTurn, listOwnPages, turnPage } from '../groups/leave-groups';
import { searchPages } from '../rounds/search-pages';
import { listLinks } from './end-links';
import { takeFrom } from './take-from-pages';
import type { PhaseResult, Run } from './run';

const withRemoval = {
  kind: 'unlink',
  crmContactId: null,
  entries: 'remove',
  remember: true,
  operationId: '',
} as const;

/** No page is left that could tell of it: nothing is to be taken away that anybody could find. */
const isNowhere = ({ lookAgainAt, lookAgainWhy }: EntryDoc): boolean =>
  lookAgainAt !== null && (lookAgainWhy ?? 'contact_gone') === 'contact_gone';

/** What was sent and never answered may be on the page: it is looked for first. False: that is too early. */
async function findUnknown({ deps }: Run, portal: Portal, entries: readonly EntryDoc[]): Promise<boolean> {
  const sending = entries.filter((entry) => entry.state === 'sending' && !isNowhere(entry));
  const isKnowable = ({ sentAt, files }: EntryDoc) =>
    Date.now() - (sentAt?.getTime() ?? 0) > unknownAfterMs(deps.settings, files);
  if (!sending.every(isKnowable)) return false;
  const unread = await searchPages(deps, portal, sending);
  if (unread) throw unread;
  return true;
}

/** What an end that kept the entries has left on the page, and of groups the same. */
async function clearLink(run: Run, portal: Portal, link: LinkDoc): Promise<PhaseResult> {
  const { deps } = run;
  const { store } = deps;
  const target = toLinkTarget(link._id);
  if (!(await findUnknown(run, portal, await store.entries.listOfTarget(target)))) return 'waits';
  for (const entry of await store.entries.listOfTarget(target)) {
    if (entry.state === 'planned') await store.entries.cancel(entry);
    if (entry.state === 'delivered') await takeFrom(deps, portal, entry);
  }
  const change: LinkChange = withRemoval;
  for (const page of await listOwnPages(deps, link))
    if (isToTurn(page, change)) await turnPage(deps, portal, page, change);
  return 'done';
}

/** The pages in Bitrix24 of the links that have ended. A portal that is disconnected cannot be asked: its comments stay, and the proof says so. */
export async function clearPages(run: Run): Promise<PhaseResult> {
  const { deps, portalId } = run;
  if (!(await deps.store.portals.loadConnected(portalId))) return 'done';
  const portal = await deps.portalOf(portalId);
  for (const link of await listLinks(run)) {
    if ((await clearLink(run, portal, link)) === 'waits') return 'waits';
  }
  return 'done';
}
