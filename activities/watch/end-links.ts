import { getClient, log } from '@temporalio/activity';
import { toLinkWorkflowId } from '../../domain/ids';
import type { LinkDoc } from '../../store/links/link-schema';
import { messagesArrivedSignal } from '../../workflows/messages';
import type { ActivityDeps } from '../deps';
import { forEachOf } from '../../linking/for-each-of';

const linksAtOnce = 500;
const wakesAtOnce = 16;
/** A portion ends after so long; the watch goes on with the next one at once. */
const portionMs = 60_000;

/** A workflow that runs sees that its link has ended, and ends; nothing is started. */
async function wakeRunning({ _id }: LinkDoc): Promise<void> {
  try {
    await getClient().workflow.getHandle(toLinkWorkflowId(_id)).signal(messagesArrivedSignal);
  } catch (error) {
    if (!(error instanceof Error && error.name === 'WorkflowNotFoundError')) throw error;
  }
}

async function endPage({ store }: ActivityDeps, links: readonly LinkDoc[]): Promise<void> {
  for (const { change } of links) {
    if (change) await store.operations.finish(change.operationId, 'failed', 'The portal was disconnected.');
  }
  await store.links.endWithPortal(links.map(({ _id }) => _id));
  await forEachOf(links, wakesAtOnce, wakeRunning);
}

/**
 * Ends the links of a disconnected portal, and with them their workflows. The place is noted after a page, so that a crash does the page
 * again. True: all have ended.
 */
export async function endLinks(deps: ActivityDeps, portalId: string, page = linksAtOnce): Promise<boolean> {
  const { portals, links } = deps.store;
  const untilMs = performance.now() + portionMs;
  for (;;) {
    const after = await portals.loadPlace(portalId, 'ended');
    const some = await links.listOfPortal(portalId, { after, limit: page });
    await endPage(deps, some);
    await portals.savePlace(portalId, 'ended', some.at(-1)?.personId ?? after);
    if (some.length < page) break;
    if (performance.now() > untilMs) return false;
  }
  const isEnded = await portals.recordLinksEnded(portalId, new Date());
  if (isEnded) log.info('The links of a disconnected portal have ended', { portalId });
  return isEnded;
}
