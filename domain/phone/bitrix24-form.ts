/** Numbers that begin so keep their 8: codes of Japan, Korea and their neighbours. */
const keepsEight = /^8[012]/;
/** An extension after the number: `#12`, `;ext`, `,,3`. */
const extension = /[#;,].*$/;

function cutPrefix(digits: string): string {
  if (keepsEight.test(digits)) return digits;
  if (digits.startsWith('00')) return digits.slice(2);
  if (digits.startsWith('011')) return digits.slice(3);
  if (digits.startsWith('8')) return `7${digits.slice(1)}`;
  return digits.startsWith('0') ? digits.slice(1) : digits;
}

/**
 * The digits under which Bitrix24 keeps a phone value, and by which `crm.duplicate.findbycomm` compares: what was typed and
 * what is asked for are brought to this form alike (its `NormalizePhone`). A bare leading 8 becomes Russia's 7, one leading
 * zero goes from ten signs on, and digits other than 0-9 are lost.
 */
export function toBitrix24Form(value: string): string {
  const text = value.trim();
  const guarded = text.length >= 10 && text.startsWith('+8') ? `00${text.slice(1)}` : text;
  const kept = guarded.replace(/[^0-9#*,;]/g, '');
  return (kept.length >= 10 ? cutPrefix(kept) : kept).replace(extension, '');
}
