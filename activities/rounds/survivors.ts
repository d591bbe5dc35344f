import { AskAdminError } from '../../bitrix24/errors';
import type { Portal } from '../../bitrix24/portal';
import { lookUpInPortal, type LookedUp } from '../../linking/look-up';
import { phoneOf } from '../../domain/identity';
import type { EntryDoc } from '../../store/delivery/entries';
import type { LinkDoc } from '../../store/links/link-schema';
import { linkIdOf, type ActivityDeps } from '../deps';

interface Gone {
  entry: EntryDoc;
  link: LinkDoc | null;
  e164: string | null;
}

/**
 * Contacts whose page an entry may be on when its own is gone: a merge moves the timeline to the survivor, which has the number
 * then. By entry id; the link's present contact and the one it is changed to are among them.
 */
export async function listSurvivors(
  deps: ActivityDeps,
  portal: Portal,
  entries: readonly EntryDoc[],
): Promise<Map<string, number[]>> {
  if (entries.length === 0) return new Map();
  const gone = await Promise.all(entries.map((entry) => toGone(deps, entry)));
  const e164s = [...new Set(gone.flatMap(({ e164 }) => e164 ?? []))];
  const portalDoc = await deps.store.portals.load(portal.portalId);
  const where = { _id: portal.portalId, defaultCountry: portalDoc?.defaultCountry ?? null };
  const answers = await lookUpInPortal({ store: deps.store, portal: where, crm: portal.contacts }, e164s);
  const holders = new Map(e164s.map((e164) => [e164, toHolders(answers.get(e164))]));
  return new Map(
    gone.map(({ entry, link, e164 }) => {
      const known = [link?.crmContactId, link?.change?.crmContactId].flatMap((id) => id ?? []);
      const ids = new Set([...known, ...((e164 && holders.get(e164)) || [])]);
      ids.delete(entry.crmContactId);
      return [entry._id, [...ids]];
    }),
  );
}

async function toGone({ store }: ActivityDeps, entry: EntryDoc): Promise<Gone> {
  const linkId = linkIdOf(entry.target);
  const link = linkId === null ? null : await store.links.load(linkId);
  const person = link && (await store.people.load(link.personId));
  return { entry, link, e164: person && phoneOf(person.aliases) };
}

/** Contacts that may have the number, doubtful ones too: their pages are only read. */
function toHolders(answer: LookedUp | undefined): number[] {
  if (!answer) return [];
  if ('error' in answer) {
    // Twenty contacts with one number cannot be listed; anything else may heal.
    if (answer.error instanceof AskAdminError && answer.error.scope === 'command') return [];
    throw answer.error;
  }
  const { verdict } = answer;
  const candidates = verdict.kind === 'matched' ? [verdict.candidate] : verdict.candidates;
  return candidates.map(({ crmContactId }) => crmContactId);
}
