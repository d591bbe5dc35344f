/** The number that the panel's address names: as it is, or as the id of a WhatsApp chat. A LID's digits are no number. */
export function phoneOf(query: Record<string, unknown>): string | null {
  const { phone, chat } = query;
  if (typeof phone === 'string' && /\d/.test(phone)) {
    // A plus that was not encoded arrives as a space.
    const written = phone.trim();
    return phone.startsWith(' ') && /^\d/.test(written) ? `+${written}` : written;
  }
  if (typeof chat !== 'string') return null;
  const [, digits] = /^(\d{5,15})(?::\d+)?@(?:c\.us|s\.whatsapp\.net)$/.exec(chat) ?? [];
  return digits === undefined ? null : `+${digits}`;
}

/** The alias of somebody whose chat has a LID for its id: digits that are no number, and known only where a source told of them. */
export function lidOf({ chat }: Record<string, unknown>): string | null {
  const [, digits] = typeof chat === 'string' ? (/^(\d{5,20})(?::\d+)?@lid$/.exec(chat) ?? []) : [];
  return digits === undefined ? null : `lid:${digits}`;
}
