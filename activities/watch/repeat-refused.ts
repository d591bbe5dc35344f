import { textRules } from '../../domain/digest';
import { sayAgain } from '../../intake/groups/say-again';
import type { RefusedEntry } from '../../store/delivery/refused-entries';
import type { ActivityDeps } from '../deps';
import { isolate } from '../isolate';
import { goRound } from './go-round';

/** So many placeholders a sweep: an upgrade must not fill the live lane. */
const pageSize = 50;

/** Plans what the placeholder stands for; null: its link takes nothing, it stays to be sent by a person. */
async function repeat({ store }: ActivityDeps, entry: RefusedEntry): Promise<string | null> {
  const { link, again } = await sayAgain(store, entry);
  // Last: a crash before it plans the same entry, which is there already.
  await store.entries.markTried(entry._id, textRules);
  return again && link ? link._id : null;
}

/**
 * Says again what Bitrix24 refused under rules of writing older than ours, once for each version of the rules: a text that was
 * taken for bad by mistake reaches its page after an upgrade by itself. Gives the links that have an entry to send now.
 */
export async function repeatRefused(
  deps: ActivityDeps,
  portalId: string,
  rules = textRules,
): Promise<string[]> {
  const fetch = deps.store.entries.listRefusedBefore.bind(null, portalId, rules);
  const linkIds = new Set<string>();
  const pages = goRound(deps, { portalId, list: 'refused', pageSize, fetch });
  const next = await pages.next();
  const items = next.done ? [] : next.value;
  await isolate<RefusedEntry>(deps, {
    ...{ portalId, kind: 'entry', items, idOf: ({ _id }) => _id, atOnce: 1 },
    work: async (entry) => {
      const linkId = await repeat(deps, entry);
      if (linkId !== null) linkIds.add(linkId);
    },
  });
  return [...linkIds];
}
