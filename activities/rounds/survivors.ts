import { AskAdminError, Bitrix24Error } from '../../bitrix24/errors';
import type { Portal } from '../../bitrix24/portal';
import { lookUpInPortal, type LookedUp } from '../../linking/look-up';
import { phoneOf } from '../../domain/identity';
import type { EntryDoc } from '../../store/delivery/entries';
import type { LinkDoc } from '../../store/links/link-schema';
import { linkIdOf } from '../../domain/ids';
import type { ActivityDeps } from '../deps';

interface Gone {
  entry: EntryDoc;
  link: LinkDoc | null;
  e164: string | null;
}

/**
 * Contacts whose page an entry may be on when its own is gone: a merge moves the timeline to the survivor, which has the number
 * then. By entry id; the link's present contact and the one it is changed to are among them. One look-up that fails is its entry's alone.
 */
export async function listSurvivors(
  deps: ActivityDeps,
  portal: Portal,
  entries: readonly EntryDoc[],
): Promise<Map<string, number[] | Bitrix24Error>> {
  if (entries.length === 0) return new Map();
  const gone = await Promise.all(entries.map((entry) => toGone(deps, entry)));
  const e164s = [...new Set(gone.flatMap(({ e164 }) => e164 ?? []))];
  const portalDoc = await deps.store.portals.load(portal.portalId);
  const where = { _id: portal.portalId, defaultCountry: portalDoc?.defaultCountry ?? null };
  const answers = await lookUpInPortal({ store: deps.store, portal: where, crm: portal.contacts }, e164s);
  return new Map<string, number[] | Bitrix24Error>(
    gone.map(({ entry, link, e164 }) => {
      const found = e164 === null ? [] : toHolders(answers.get(e164));
      if (found instanceof Bitrix24Error) return [entry._id, found];
      const known = [link?.crmContactId, link?.change?.crmContactId].flatMap((id) => id ?? []);
      const ids = new Set([...known, ...found]);
      ids.delete(entry.crmContactId);
      return [entry._id, [...ids]];
    }),
  );
}

async function toGone({ store }: ActivityDeps, entry: EntryDoc): Promise<Gone> {
  const linkId = entry.carrierId ?? linkIdOf(entry.target);
  const link = linkId === null ? null : await store.links.load(linkId);
  const person = link && (await store.people.load(link.personId));
  return { entry, link, e164: person && phoneOf(person.aliases) };
}

/** Contacts that may have the number, doubtful ones too: their pages are only read. Or why they are not known now. */
function toHolders(answer: LookedUp | undefined): number[] | Bitrix24Error {
  if (!answer) return [];
  if ('error' in answer) {
    // Twenty contacts with one number cannot be listed; anything else may heal.
    if (answer.error instanceof AskAdminError && answer.error.scope === 'command') return [];
    if (answer.error instanceof Bitrix24Error) return answer.error;
    throw answer.error;
  }
  const { verdict } = answer;
  const candidates = verdict.kind === 'matched' ? [verdict.candidate] : verdict.candidates;
  return candidates.map(({ crmContactId }) => crmContactId);
}
