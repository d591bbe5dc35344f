import { listQueryVariants, listReadings, type CountryCode } from './phone';

function trimPrefix(digits: string): string {
  if (digits.length < 10 || /^8[012]/.test(digits)) return digits;
  if (digits.startsWith('00')) return digits.slice(2);
  if (digits.startsWith('011')) return digits.slice(3);
  if (digits.startsWith('8')) return `7${digits.slice(1)}`;
  return digits.startsWith('0') ? digits.slice(1) : digits;
}

/** The digits that Bitrix24 compares, of a stored value and of a question alike. */
function toSearchDigits(value: string): string {
  const text = value.trim();
  const guarded = text.length >= 10 && text.startsWith('+8') ? `00${text.slice(1)}` : text;
  return trimPrefix(guarded.replace(/[^0-9#*,;]/g, '')).replace(/[;#,].*$/, '');
}

/**
 * Whether Bitrix24 shows the card when its number is asked for. A second number in one field, an extension in words, a
 * zero in brackets and digits of other scripts make digits that no question can equal.
 */
export function isFoundBySearch(value: string, country: CountryCode | null): boolean {
  const stored = toSearchDigits(value);
  return listReadings(value, country)
    .filter(({ isCertain }) => isCertain)
    .every(({ e164 }) => listQueryVariants(e164, country).some((asked) => toSearchDigits(asked) === stored));
}
