/** One of the rules of a match: the key of its words, and what they are filled with. */
export interface RulePart {
  key: string;
  country?: string;
  source?: string;
}

/** How the card's value is written; it stands last, after a rule that may have commas of its own. */
const reading =
  /^(?:(.+), )?(number without plus|international prefix|plus before a national number|national number in [A-Z]{2})$/;

/** `Brazil 9th digit` → `brazil_9th_digit`. */
export const toKey = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '_');

function toPart(rule: string): RulePart {
  const [, country] = /^national number in ([A-Z]{2})$/.exec(rule) ?? [];
  if (country !== undefined) return { key: 'national', country };
  const [, source] = /^renumbered: (.+)$/.exec(rule) ?? [];
  return source === undefined ? { key: toKey(rule) } : { key: 'renumbered', source };
}

/** A rule may be made of two: `Brazil 9th digit, number without plus`. */
export function toRuleParts(rule: string): RulePart[] {
  const [, first, last = rule] = reading.exec(rule) ?? [];
  return [...(first === undefined ? [] : [first]), last].map(toPart);
}
