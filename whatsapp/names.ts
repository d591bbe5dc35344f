const maxNameLength = 128;
const maxFileNameLength = 255;

/** "You" in WhatsApp Web's languages: sources put it where they know no name. */
const selfWords = new Set(
  'you você voce tú du sie vous moi вы ты siz あなた 你 您 나 أنت אתה'.normalize('NFC').split(' '),
);

const withoutControls = (text: string): string =>
  text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .replace(/\s+/g, ' ')
    .trim();

/**
 * A name to show for a person, on one line and at most 128 characters. Null for what only looks like one: digits, an
 * address, the "you" that stands for ourselves.
 */
export function parsePersonName(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = withoutControls(value.slice(0, 1_000).normalize('NFC'));
  // Hangul's fillers are letters that nobody sees.
  const seen = name.replace(/\p{Default_Ignorable_Code_Point}/gu, '');
  const isName = /[\p{L}\p{Extended_Pictographic}]/u.test(seen) && !/^\S+@\S+$/.test(name);
  if (!isName || selfWords.has(name.toLowerCase())) return null;
  return [...name].slice(0, maxNameLength).join('');
}

/** A file's own name without folders, at most 255 characters; null where there is none. */
export function parseFileName(value: unknown): string | null {
  if (typeof value !== 'string') return null;
  const name = withoutControls(value.slice(-1_000).split(/[/\\]/).at(-1) ?? '');
  return [...name].slice(-maxFileNameLength).join('') || null;
}
