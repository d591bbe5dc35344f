/** The text of content that has none of its own, so that a page can be read without WhatsApp. */

export interface Place {
  latitude: number;
  longitude: number;
  name?: string | null | undefined;
  address?: string | null | undefined;
}

/** `Office, Main Street 1 (52.52, 13.405)`. */
export function toLocationText({ latitude, longitude, name, address }: Place): string {
  const words = [...new Set([name, address])].filter(Boolean).join(', ');
  const point = `${latitude}, ${longitude}`;
  return words ? `${words} (${point})` : point;
}

export interface SharedContact {
  name: string | null;
  phones: string[];
}

const valuesOf = (vCard: string, property: string): string[] =>
  [...vCard.matchAll(new RegExp(`^(?:item\\d+\\.)?${property}(?:;[^:\\n]*)?:(.+)$`, 'gim'))].map((match) =>
    (match[1] ?? '').trim(),
  );

/** Name and numbers of a vCard; what else it holds stays in WhatsApp. */
export const parseVCard = (vCard: string): SharedContact => ({
  name: valuesOf(vCard, 'FN')[0] ?? null,
  phones: valuesOf(vCard, 'TEL'),
});

/** One contact a line: `Ana Souza, +55 41 99877-3200`; null when nothing is known of any. */
export function toContactsText(contacts: readonly SharedContact[]): string | null {
  const lines = contacts.map(({ name, phones }) => [name, ...phones].filter(Boolean).join(', '));
  return lines.filter(Boolean).join('\n') || null;
}

/** The question and an option a line. */
export function toPollText(question: string | null, options: readonly string[]): string | null {
  return [question, ...options.map((option) => `- ${option}`)].filter(Boolean).join('\n') || null;
}
