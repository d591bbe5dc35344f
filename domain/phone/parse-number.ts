import {
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max';

export { getCountryCallingCode, type CountryCode };

/** Narrows a stored or configured two-letter code to one whose numbers can be read. */
export const isCountryCode = (value: string): value is CountryCode => isSupportedCountry(value);

/** E.164 allows 15 digits; below 7 there is no subscriber that WhatsApp would know. */
const isFullLength = (e164: string): boolean => /^\+[1-9]\d{6,14}$/.test(e164);

/** The number behind a plus, or null when its calling code does not exist or its length is impossible. */
export function parseInternational(digits: string): PhoneNumber | null {
  const number = parsePhoneNumberFromString(`+${digits}`, { extract: false });
  return number && isFullLength(number.number) ? number : null;
}

/** The number that a caller in `country` reaches by these digits; null when that is no full number. */
export function parseDialled(digits: string, country: CountryCode): PhoneNumber | null {
  const number = parsePhoneNumberFromString(digits, { defaultCountry: country, extract: false });
  return number && isFullLength(number.number) && number.isPossible() ? number : null;
}

/** Whether the number belongs to the country's calling code; `+1` and `+7` are shared, and so are their national forms. */
export const hasCallingCodeOf = (number: PhoneNumber, country: CountryCode): boolean =>
  number.countryCallingCode === getCountryCallingCode(country);
