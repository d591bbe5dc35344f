import { matchContact, type Candidate, type ContactCard, type Verdict } from '../domain/contact-match';
import type { DecisionRule } from '../domain/link';
import { listQueryVariants, listReadings, toBitrix24Form, type CountryCode } from '../domain/phone';
import type { CardsRead } from './contact-directory';

/** `unreadable`: a contact has the number and may not be read. It may be the owner, whoever else has the number. */
export type HitsVerdict = Verdict | { kind: 'unreadable'; candidates: Candidate[] };

/** The contacts that may have a number, as read; `named` are those that the CRM's own search named. */
interface Hits extends CardsRead {
  named: readonly number[];
}

const toUnreadable = (crmContactId: number): Candidate => ({
  ...{ crmContactId, name: '', phones: [], matchedValue: '', confidence: 0 },
  rule: 'a contact has this number but cannot be read' satisfies DecisionRule,
});

/**
 * The CRM finds this card by the number, and we do not read the number from it: `8 (999) …` on a German portal. Null when what
 * was hit is surely somebody else's number, written with its own country.
 */
function toUnverified(e164: string, card: ContactCard, country: CountryCode | null): Candidate | null {
  const asked = new Set(listQueryVariants(e164, country).map(toBitrix24Form));
  const isForeign = (value: string) =>
    listReadings(value, country).some(({ isCertain, confidence }) => isCertain && confidence === 1);
  const hit = card.phones.filter((value) => asked.has(toBitrix24Form(value)));
  const open = hit.filter((value) => !isForeign(value));
  if (hit.length > 0 && open.length === 0) return null;
  const rule: DecisionRule = 'found by Bitrix24, and its value is not surely this number';
  return { ...card, rule, matchedValue: open[0] ?? card.phones[0] ?? '', confidence: 0.2 };
}

/** Whose number it is among the contacts that may have it. What cannot be verified is a candidate with its reason. */
export function judgeHits(
  e164: string,
  { cards, unreadable, named }: Hits,
  country: CountryCode | null,
): HitsVerdict {
  const verdict = matchContact(e164, cards, country);
  const candidates = verdict.kind === 'matched' ? [verdict.candidate] : verdict.candidates;
  const unread = unreadable.map(toUnreadable);
  if (unread.length > 0) return { kind: 'unreadable', candidates: [...candidates, ...unread] };
  if (verdict.kind !== 'unmatched') return verdict;
  const known = new Set(candidates.map(({ crmContactId }) => crmContactId));
  const unverified = cards
    .filter(({ crmContactId }) => named.includes(crmContactId) && !known.has(crmContactId))
    .flatMap((card) => toUnverified(e164, card, country) ?? []);
  return { kind: 'unmatched', candidates: [...candidates, ...unverified] };
}
