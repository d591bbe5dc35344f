const maySkipCountryPrefix = /^8[012]/;

/** An extension behind the number: `#12`, `;ext`, `,,3`. */
const extension = /[#;,].*$/;

function dropCallPrefix(digits: string): string {
  if (maySkipCountryPrefix.test(digits)) return digits;
  if (digits.startsWith('00')) return digits.slice(2);
  if (digits.startsWith('011')) return digits.slice(3);
  if (digits.startsWith('8')) return `7${digits.slice(1)}`;
  if (digits.startsWith('0')) return digits.slice(1);
  return digits;
}

/**
 * The code under which a portal indexes a phone; two phones are duplicates when their codes are equal.
 * It follows the portal's own normaliser, its oddities included: a bare leading `8` becomes Russia's `7`
 * (so `8613812345678` without its plus is not found as China's), and a national number keeps no country.
 */
export function toPhoneMatchCode(phone: string): string {
  let text = phone.trim();
  if (text.length >= 10 && text.startsWith('+8')) text = `00${text.slice(1)}`;
  const kept = text.replace(/[^0-9#*,;]/g, '');
  const digits = kept.length >= 10 ? dropCallPrefix(kept) : kept;
  return digits.replace(extension, '');
}

/** E-mail addresses are compared without regard to case or surrounding space. */
export function toEmailMatchCode(email: string): string {
  return email.trim().toLowerCase();
}
