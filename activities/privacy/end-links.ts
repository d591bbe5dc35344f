import type { LinkDoc } from '../../store/links/link-schema';
import { wakeLink } from '../wake-link';
import type { PhaseResult, Run } from './run';

/** The links of these people, and those that a merge has laid beside them. */
export const listLinks = ({ deps: { store }, portalId, personIds }: Run): Promise<LinkDoc[]> =>
  store.links.listByPeople(portalId, [...personIds, ...personIds.map((personId) => `merged/${personId}`)]);

/** Asks for the end of a link with all its entries, as a person would. Saved once: while it is under way there is a change on the link. */
async function askForEnd({ deps: { store }, doc: { who } }: Run, link: LinkDoc): Promise<LinkDoc> {
  const { _id: linkId, portalId } = link;
  const wish = { crmContactId: null, entries: 'remove', remember: true } as const;
  const operation = await store.operations.begin({ portalId, linkId, kind: 'unlink', wish, who });
  const change = { kind: 'unlink', ...wish, operationId: operation._id, who, why: 'forgotten' } as const;
  const changed = await store.links.requestChange(linkId, change);
  if (!changed) await store.operations.finish(operation._id, 'failed', 'Another change came first.');
  return changed ?? link;
}

/**
 * Every link ends through its own workflow, which takes its entries and its part of groups from the page and ends itself; another change
 * that is under way is waited for. A crash before the wake is repaired by the next step, and by the sweep.
 */
export async function endLinks(run: Run): Promise<PhaseResult> {
  const open = (await listLinks(run)).filter(({ state }) => state !== 'unlinked');
  for (const link of open) {
    const isFree = link.change === null && (link.state === 'linked' || link.state === 'pending');
    await wakeLink(isFree ? await askForEnd(run, link) : link);
  }
  return open.length === 0 ? 'done' : 'waits';
}
