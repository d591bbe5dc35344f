import { listAliases } from './phone-aliases';
import { hasCallingCodeOf, parseInternational, type CountryCode } from './phone-number';

/** Bitrix24 turns a leading 8 into a 7 unless a plus or 0, 1, 2 stands beside it, and stores bare numbers so. */
const changedWithoutPlus = /^\+8[3-9]/;

/**
 * National writings that Bitrix24 stores under different digits. It cuts a leading 0 (or 011) from ten digits on and
 * turns a leading 8 into a 7; elsewhere the trunk zero makes no difference and would cost a request.
 */
function listNationalForms(e164: string, country: CountryCode): string[] {
  const number = parseInternational(e164.slice(1));
  if (!number || !hasCallingCodeOf(number, country)) return [];
  const national: string = number.nationalNumber;
  // Before a national number, North America dials its calling code 1, and Russia's trunk 8 becomes its calling code 7.
  if (number.countryCallingCode === '1' || number.countryCallingCode === '7') return [national];
  const withZero = `0${national}`;
  const written = number.formatNational().replace(/\D/g, '');
  const isZeroKept = national.length < 9 || /^(?:8|11|0)/.test(national);
  const forms = isZeroKept ? [national, withZero] : [national];
  // Hungary dials 06, Argentina's mobiles `0<area> 15`: no part of the international form.
  return written === withZero ? forms : [...forms, written];
}

/**
 * The values to ask `crm.duplicate.findbycomm` for, one per command, the likeliest first. They may hit strangers: every
 * hit is read back and verified by `matchContact`. National forms are asked for in the portal's own country only.
 */
export function listQueryVariants(e164: string, defaultCountry: CountryCode | null = null): string[] {
  const forms = [e164, ...listAliases(e164).map((alias) => alias.e164)];
  const bare = forms.filter((form) => changedWithoutPlus.test(form)).map((form) => form.slice(1));
  const national = defaultCountry ? forms.flatMap((form) => listNationalForms(form, defaultCountry)) : [];
  return [...new Set([...forms, ...bare, ...national])];
}
