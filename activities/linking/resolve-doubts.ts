import { log } from '@temporalio/activity';
import { lookUpNumbers, toCountry } from '../../linking/look-up';
import type { Verdict } from '../../domain/contact-match';
import { phoneOf } from '../../domain/identity';
import { decideNewcomer, unknownNumber } from '../../domain/newcomer';
import type { LinkDoc } from '../../store/links/link-schema';
import type { PersonDoc } from '../../store/people/people';
import { saveContactChange } from '../../linking/review-choices';
import type { ActivityDeps } from '../deps';
import { toTrouble } from '../failures';
import { wakeLink } from '../wake-link';

/** What became of links in doubt: counts only. */
export interface DoubtsResolved {
  moved: number;
  restored: number;
  reviewed: number;
}

const linksAtOnce = 500;

const noNumber = { kind: 'unmatched', candidates: [] } as const;

/** The number has one owner again: another contact, to which the link changes, or its own, with which it goes on. */
async function follow(
  { store }: ActivityDeps,
  link: LinkDoc,
  { candidate }: Extract<Verdict, { kind: 'matched' }>,
): Promise<'moved' | 'restored' | null> {
  const { crmContactId, rule, matchedValue, confidence } = candidate;
  const isSame = crmContactId === link.crmContactId;
  if (isSame) {
    if (!(await store.links.endDoubt(link, new Date()))) return null;
  } else {
    const isGone = link.doubt?.code === 'contact_gone';
    const why = isGone
      ? 'the contact is gone, this one has the number now'
      : 'the number moved to this contact';
    const decision = { rule, matchedValue, confidence, by: 'phone', at: new Date() } as const;
    if (!(await saveContactChange(store, link, { crmContactId, decision, why }))) return null;
  }
  await store.reviews.close(link.portalId, link.personId);
  const now = await store.links.load(link._id);
  if (now) await wakeLink(now);
  return isSame ? 'restored' : 'moved';
}

/** None or several: nothing is guessed, the link stays held, and a person is asked. */
async function askPerson({ store }: ActivityDeps, link: LinkDoc, verdict: Verdict, e164: string | null) {
  const step = decideNewcomer(verdict, false);
  if (step.kind !== 'review') return;
  const { portalId, personId, _id: linkId } = link;
  const reason = e164 === null ? unknownNumber : step.reason;
  const { review: kind, candidates } = step;
  const { _id } = await store.reviews.open({ portalId, personId, linkId, kind, reason, candidates });
  await store.links.rememberDoubt(link, _id, new Date());
}

interface Doubtful {
  link: LinkDoc;
  e164: string | null;
}

async function listDoubtful({ store }: ActivityDeps, portalId: string): Promise<Doubtful[]> {
  const links = await store.links.listDoubtful(portalId, new Date(), linksAtOnce);
  const people = await store.people.loadMany(links.map(({ personId }) => personId));
  const byId = new Map<string, PersonDoc>(people.map((person) => [person._id, person]));
  return links.map((link) => ({ link, e164: phoneOf(byId.get(link.personId)?.aliases ?? []) }));
}

/**
 * Looks the numbers of links in doubt up again, together. One owner: the link changes to it through its workflow, which
 * settles what is under way first. Safe to repeat: a link in change is in no doubt that can be resolved twice.
 */
export async function resolveDoubts(deps: ActivityDeps, portalId: string): Promise<DoubtsResolved> {
  const counts = { moved: 0, restored: 0, reviewed: 0 };
  const doubtful = await listDoubtful(deps, portalId);
  const portal = await deps.store.portals.load(portalId);
  if (doubtful.length === 0 || !portal) return counts;
  const { contacts } = await deps.portalOf(portalId);
  const numbers = [...new Set(doubtful.flatMap(({ e164 }) => e164 ?? []))];
  const directory = deps.store.oddNumbers.beside(portalId, contacts);
  const answers = await lookUpNumbers(directory, numbers, toCountry(portal.defaultCountry));
  const failures: unknown[] = [];
  for (const { link, e164 } of doubtful) {
    const looked = e164 === null ? { verdict: noNumber } : answers[numbers.indexOf(e164)];
    if (!looked || 'error' in looked) {
      if (looked && toTrouble(looked.error).portalWide) failures.push(looked.error);
      continue;
    }
    if (looked.verdict.kind === 'matched') {
      const what = await follow(deps, link, looked.verdict);
      if (what) counts[what] += 1;
    } else {
      await askPerson(deps, link, { ...looked.verdict, candidates: [...looked.verdict.candidates] }, e164);
      counts.reviewed += 1;
    }
  }
  if (failures.length > 0) throw failures[0];
  log.info('Links in doubt were looked up', { portalId, ...counts });
  return counts;
}
