import { beginLink, parkIfQuiet } from '../../intake/beginnings/begin-link';
import { byPerson } from '../../linking/decisions';
import type { LinkDoc, LinkRequest } from '../../store/links/link-schema';
import type { Store } from '../../store/store';
import type { ApiContext } from '../context';
import { comeBack, Problem } from '../http/problem';

/** A person and the contact that an operation on many links them with. */
export interface Chosen {
  portalId: string;
  personId: string;
  request: LinkRequest & { crmContactId: number; operationId: string };
}

/** `linked`: by this very operation, now or when it was at this place before. */
export interface BegunLink {
  linkId: string;
  outcome: 'linked' | 'already';
}

interface Claimed {
  link: LinkDoc;
  isOurs: boolean;
}

/** Null: it changed meanwhile. */
async function claimKnown(store: Store, known: LinkDoc, { request }: Chosen): Promise<Claimed | null> {
  const isOurs = known.request.operationId === request.operationId;
  if (known.state === 'linked') {
    if (known.crmContactId === request.crmContactId) return { link: known, isOurs };
    throw new Problem('link_exists');
  }
  if (known.state === 'pending') {
    if (isOurs && known.request.crmContactId === request.crmContactId) return { link: known, isOurs };
    throw new Problem('link_pending');
  }
  if (known.state === 'unlinking') throw new Problem('link_unlinking');
  // It was made here and ended by somebody since: they have the last word.
  if (isOurs) throw new Problem('link_unlinked');
  const renewed = await store.links.renewPending(known._id, request);
  return renewed && { link: renewed, isOurs: true };
}

async function claim(store: Store, chosen: Chosen): Promise<Claimed> {
  const { portalId, personId, request } = chosen;
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const fresh = await store.links.insertPending(portalId, personId, request);
    if (fresh) return { link: fresh, isOurs: true };
    const known = await store.links.findByPerson(portalId, personId);
    const claimed = known && (await claimKnown(store, known, chosen));
    if (claimed) return claimed;
  }
  throw new Problem('link_pending');
}

/**
 * Links a person with a contact that is known to be there, without asking a workflow to. The wish comes first, then the decision, then the
 * link, then what is held, and last the link's workflow: at rest, where nothing waits. Every step may be done again. A process that dies
 * before the operation's place is written does all of them again; until then the sweep starts a link that is pending, and one that is
 * parked is woken by its next message.
 */
export async function linkChosen(context: ApiContext, chosen: Chosen): Promise<BegunLink> {
  const { store, linkWorkflows, parkAfterQuietRounds } = context;
  const { link, isOurs } = await claim(store, chosen);
  const { _id: linkId, state } = link;
  if (state === 'linked' && !isOurs) return { linkId, outcome: 'already' };
  const { crmContactId, who } = chosen.request;
  if (state === 'pending') await store.links.decide(linkId, crmContactId, byPerson(who));
  if (!(await beginLink(store, linkId))) throw new Problem('link_unlinked');
  const isQuiet = parkAfterQuietRounds !== null && (await parkIfQuiet(store, linkId));
  if (!(await linkWorkflows.begin(link, isQuiet ? 'parked' : 'linked')))
    throw comeBack('temporal_unavailable');
  return { linkId, outcome: 'linked' };
}
