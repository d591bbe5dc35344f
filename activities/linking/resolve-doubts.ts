import { log } from '@temporalio/activity';
import type { Candidate } from '../../domain/contact-match';
import { phoneOf } from '../../domain/identity';
import { saveContactChange } from '../../linking/choose-contact';
import { decide, type Decided, type Doubtful, type Step } from '../../linking/decide';
import { byPhone } from '../../linking/decisions';
import type { Sought } from '../../linking/look-up';
import type { LinkDoc } from '../../store/links/link-schema';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { isolate } from '../isolate';
import { wakeLink } from '../wake-link';

/** The outcome for links in doubt: counts only. */
export interface DoubtsResolved {
  moved: number;
  restored: number;
  reviewed: number;
}

type InDoubt = Sought & { link: LinkDoc; personId: string };

const linksAtOnce = 500;

/**
 * Looks the numbers of links in doubt up again, together. One owner: the link changes to it through its workflow, which
 * finds out first what is under way. Safe to repeat: a link in change is in no doubt that can be resolved twice.
 */
export async function resolveDoubts(deps: ActivityDeps, portalId: string): Promise<DoubtsResolved> {
  const { store } = deps;
  const counts = { moved: 0, restored: 0, reviewed: 0 };
  const doubtful = await listDoubtful(deps, portalId);
  const portal = await store.portals.loadConnected(portalId);
  if (doubtful.length === 0 || !portal) return counts;
  const { contacts: crm } = await deps.portalOf(portalId);
  const failures: unknown[] = [];
  const work = async (one: Decided<InDoubt>) => {
    if (!('error' in one)) {
      const became = await resolve(deps, one.link, one.step);
      if (became) counts[became] += 1;
    } else if (toTrouble(one.error).portalWide) failures.push(one.error);
    // The portal refuses this person's number alone: it is looked for again after a pause, and keeps nobody waiting.
    else await store.links.rememberDoubt(one.link, one.link.reviewId, new Date());
  };
  const items = await decide({ store, portal, crm }, doubtful, { createFor: () => false });
  const idOf = ({ link }: InDoubt) => link._id;
  const setAside = ({ link }: InDoubt) => store.links.rememberDoubt(link, link.reviewId, new Date());
  await isolate(deps, { portalId, kind: 'doubt', items, idOf, atOnce: 1, work, setAside });
  if (failures.length > 0) throw failures[0];
  log.info('Links in doubt were looked up', { portalId, ...counts });
  return counts;
}

async function listDoubtful({ store }: ActivityDeps, portalId: string): Promise<InDoubt[]> {
  const links = await store.links.listDoubtful(portalId, new Date(), linksAtOnce);
  const people = await store.people.loadMany(links.map(({ personId }) => personId));
  const numberOf = new Map(people.map(({ _id, aliases }) => [_id, phoneOf(aliases)]));
  return links.map((link) => ({
    ...{ link, personId: link.personId, e164: numberOf.get(link.personId) ?? null },
  }));
}

async function resolve(deps: ActivityDeps, link: LinkDoc, step: Step): Promise<keyof DoubtsResolved | null> {
  if (step.kind === 'link') {
    const isSame = step.candidate.crmContactId === link.crmContactId;
    const reason = isSame ? null : whyAsk(link);
    if (reason === null) return follow(deps, link, step.candidate);
    await askPerson(deps, link, { kind: 'ambiguous', reason, candidates: [step.candidate] });
  }
  if (step.kind === 'review') await askPerson(deps, link, step.review);
  return 'reviewed';
}

/** Why a person decides although another contact, and only this one, has the number; null: the link follows it. */
function whyAsk({ decision, doubt }: LinkDoc): string | null {
  if (decision?.by === 'person') return 'The contact that a person chose is gone; this one has the number.';
  if (!doubt?.isOneOfMany) return null;
  return 'Many contacts vanished at once, so that no link is moved by itself; this one has the number.';
}

/** The number has one owner again: another contact, to which the link changes, or its own, with which it goes on. */
async function follow({ store }: ActivityDeps, link: LinkDoc, candidate: Candidate) {
  const { crmContactId } = candidate;
  const isSame = crmContactId === link.crmContactId;
  const why =
    link.doubt?.code === 'contact_gone'
      ? 'the contact is gone, this one has the number now'
      : 'the number moved to this contact';
  const isDone = isSame
    ? await store.links.endDoubt(link, new Date())
    : await saveContactChange(store, link, { crmContactId, decision: byPhone(candidate), why });
  if (!isDone) return null;
  await store.reviews.close(link.portalId, link.personId);
  const now = await store.links.load(link._id);
  if (now) await wakeLink(now);
  return isSame ? 'restored' : 'moved';
}

/** None or several: nothing is guessed, the link stays held, and a person is asked. */
async function askPerson({ store }: ActivityDeps, link: LinkDoc, doubtful: Doubtful) {
  const { portalId, personId, _id: linkId } = link;
  const { _id } = await store.reviews.open({ portalId, personId, linkId, ...doubtful });
  await store.links.rememberDoubt(link, _id, new Date());
}
