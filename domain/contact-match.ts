import { listOtherForms, listReadings, type CountryCode, type OtherForm } from './phone';

/** A CRM contact as read back from Bitrix24, with every phone value as it is stored there. */
export interface ContactCard {
  crmContactId: number;
  name: string;
  /** Raw values of the contact's phone fields, in the card's order. */
  phones: string[];
}

/** A contact that may be the person, with the rule that found it, for the review. */
export interface Candidate extends ContactCard {
  rule: string;
  matchedValue: string;
  /** 0..1: exact full number 1, known alias lower. */
  confidence: number;
}

/** The outcome of matching one phone against what the CRM returned. Two owners of a number are an answer, not a choice. */
export type Verdict =
  | { kind: 'matched'; candidate: Candidate }
  | { kind: 'ambiguous'; candidates: Candidate[] }
  | { kind: 'unmatched'; candidates: Candidate[] };

/** A card is bound to the number by the number itself, by an alias of it, or only by a doubt for a person to decide. */
type Strength = 'number' | 'alias' | 'doubt';
const strengthOrder: Strength[] = ['number', 'alias', 'doubt'];

interface Hit {
  strength: Strength;
  candidate: Candidate;
}

/** The stronger first; equals in an order that depends on nothing but themselves. */
function compareHits(one: Hit, other: Hit): number {
  return (
    strengthOrder.indexOf(one.strength) - strengthOrder.indexOf(other.strength) ||
    other.candidate.confidence - one.candidate.confidence ||
    one.candidate.crmContactId - other.candidate.crmContactId ||
    (one.candidate.matchedValue < other.candidate.matchedValue ? -1 : 1)
  );
}

interface Wanted {
  e164: string;
  aliases: OtherForm[];
  defaultCountry: CountryCode | null;
}

function listHits(card: ContactCard, matchedValue: string, wanted: Wanted): Hit[] {
  return listReadings(matchedValue, wanted.defaultCountry).flatMap((reading): Hit[] => {
    const { rule, confidence, isCertain } = reading;
    if (reading.e164 === wanted.e164) {
      // The card's very digits, with their plus: that WhatsApp has this number takes the doubt from them.
      const strength = isCertain || rule === 'exact number' ? 'number' : 'doubt';
      return [{ strength, candidate: { ...card, matchedValue, rule, confidence } }];
    }
    const alias = wanted.aliases.find(({ e164 }) => e164 === reading.e164);
    if (!alias) return [];
    const explained = rule === 'exact number' ? alias.rule : `${alias.rule}, ${rule}`;
    const weight = Math.round(alias.confidence * confidence * 100) / 100;
    return [
      {
        strength: isCertain && alias.isAutomatic ? 'alias' : 'doubt',
        candidate: { ...card, matchedValue, rule: explained, confidence: weight },
      },
    ];
  });
}

/** A card read twice, by two query variants, is one owner; its phones are taken together. */
function mergeCards(cards: readonly ContactCard[]): ContactCard[] {
  const merged = new Map<number, ContactCard>();
  for (const card of cards) {
    const known = merged.get(card.crmContactId);
    merged.set(card.crmContactId, known ? { ...known, phones: [...known.phones, ...card.phones] } : card);
  }
  return [...merged.values()].map((card) => ({ ...card, phones: [...new Set(card.phones)] }));
}

/**
 * Whose number it is among the cards that the CRM returned. Every card is verified here: only full numbers match, the
 * number itself beats its aliases, two owners of equal strength are ambiguous, and a doubt never links but is listed.
 * The order of cards and phones and the way numbers are spaced change nothing.
 */
export function matchContact(
  e164: string,
  cards: readonly ContactCard[],
  defaultCountry: CountryCode | null,
): Verdict {
  const wanted: Wanted = { e164, aliases: listOtherForms(e164), defaultCountry };
  const best = mergeCards(cards)
    .flatMap((card) =>
      card.phones
        .flatMap((phone) => listHits(card, phone, wanted))
        .sort(compareHits)
        .slice(0, 1),
    )
    .sort(compareHits);
  const [first] = best;
  if (!first || first.strength === 'doubt') {
    return { kind: 'unmatched', candidates: best.map(({ candidate }) => candidate) };
  }
  const owners = best.filter(({ strength }) => strength === first.strength);
  if (owners.length === 1) return { kind: 'matched', candidate: first.candidate };
  return { kind: 'ambiguous', candidates: owners.map(({ candidate }) => candidate) };
}
