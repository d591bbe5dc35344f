import { listOtherForms } from './other-forms';
import { toBitrix24Form } from './bitrix24-form';
import type { CountryCode } from './parse-number';
import { listReadings } from './readings';
import { listWritings } from './usual-writings';

/** `crm.duplicate.findbycomm` reads no more values in one command, and passes over the rest without a word. */
export const maxQueryValues = 20;

/** The writings of a number and its other forms that we would read as one of them, one for each form that Bitrix24 keeps. */
function listByCode(e164: string, country: CountryCode | null): Map<string, string> {
  const forms = [e164, ...listOtherForms(e164).map((other) => other.e164)];
  const byCode = new Map(forms.map((form) => [toBitrix24Form(form), form]));
  for (const writing of forms.flatMap((form) => listWritings(form, country))) {
    const code = toBitrix24Form(writing);
    if (byCode.has(code)) continue;
    if (listReadings(writing, country).some((reading) => forms.includes(reading.e164))) {
      byCode.set(code, writing);
    }
  }
  return byCode;
}

/**
 * The values to ask `crm.duplicate.findbycomm` for, all in one command, the likeliest first: one for each form under which
 * Bitrix24 keeps a usual writing of the number. They may hit strangers, so every hit is read back and verified by
 * `matchContact`. National forms are asked for in the portal's own country only.
 */
export function listQueryVariants(e164: string, defaultCountry: CountryCode | null = null): string[] {
  return [...listByCode(e164, defaultCountry).values()].slice(0, maxQueryValues);
}

/**
 * The full numbers that a card's value means and that no question finds, because Bitrix24 keeps it in an odd form: a second
 * number in the field, an extension in words, digits of other scripts.
 */
export function listOddNumbers(cardValue: string, defaultCountry: CountryCode | null) {
  const stored = toBitrix24Form(cardValue);
  return listReadings(cardValue, defaultCountry).filter(
    ({ e164 }) =>
      stored !== e164.slice(1) &&
      !listQueryVariants(e164, defaultCountry).some((asked) => toBitrix24Form(asked) === stored),
  );
}
