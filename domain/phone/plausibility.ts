import { formsOf } from './other-forms';
import { parseInternational } from './parse-number';

const parseForms = (e164: string) => formsOf(e164).flatMap((form) => parseInternational(form.slice(1)) ?? []);

/**
 * 2: its country uses such numbers, 1: the length fits, 0: neither. It only weighs one reading against another; it never
 * refuses one, because WhatsApp's ids in Brazil and Mexico are not "valid". There, the other form speaks for the number.
 */
export function plausibilityOf(e164: string): 0 | 1 | 2 {
  const forms = parseForms(e164);
  if (forms.some((form) => form.isValid())) return 2;
  return forms.some((form) => form.isPossible()) ? 1 : 0;
}

/** Whether the number, or its other form, may be a mobile. */
export const isMobile = (e164: string): boolean =>
  parseForms(e164).some((form) => form.getType()?.includes('MOBILE'));

/** Digits of a LID that lost its server are as long; shorter ones may be numbers that were lengthened since. */
const lidLength = 14;

/**
 * Whether a country could have this number. No country has the calling code, or so many digits: the digits are something
 * else's, such as a LID's. Ids older than a renumbering are somebody's.
 */
export const isSomebodys = (e164: string): boolean =>
  parseInternational(e164.slice(1)) !== null && (e164.length <= lidLength || plausibilityOf(e164) > 0);
