import { parseInternational, type CountryCode } from './parse-number';
import { isSomebodys } from './plausibility';
import { readWrittenNumber } from './readings';
import { listNumbersInText } from './numbers-in-text';

export { formsOf, listOtherForms, type OtherForm } from './other-forms';
export { formRuleNames, readingRuleNames } from './number-rules';
export { isSomebodys } from './plausibility';
export { isCountryCode, type CountryCode } from './parse-number';
export { toBitrix24Form } from './bitrix24-form';
export { listNumbersInText } from './numbers-in-text';
export { listReadings, plusBeforeNational } from './readings';
export { listOddNumbers, listQueryVariants, maxQueryValues } from './variants';

/** A full number; `country` is null where a calling code has none of its own, as for satellites. */
export interface ParsedPhone {
  e164: string;
  country: CountryCode | null;
}

/**
 * The one full number that a person typed or a source gave: `+49 (0)170 …`, `0049 170 …`, `tel:`, or national with its
 * country. Null when there is none, several, or one that may belong to two countries; without a country it must begin
 * with `+` or `00`.
 */
export function parsePhone(phone: string, defaultCountry: CountryCode | null): ParsedPhone | null {
  const [written, ...others] = listNumbersInText(phone);
  if (!written || others.length > 0) return null;
  if (!defaultCountry && !written.hasPlus && !written.digits.startsWith('00')) return null;
  const reading = readWrittenNumber(written, defaultCountry).find(({ isCertain }) => isCertain);
  if (!reading || !isSomebodys(reading.e164)) return null;
  return { e164: reading.e164, country: parseInternational(reading.e164.slice(1))?.country ?? null };
}
