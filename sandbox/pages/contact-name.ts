import type { Contact } from '../data/records';
import { toText } from '../rest/method';

/** First and last name as staff read it. */
export function toDisplayName({ id, fields }: Contact): string {
  const names = [fields['name'], fields['secondName'], fields['lastName']].map((name) => toText(name).trim());
  return names.filter((name) => name !== '').join(' ') || `Contact ${id}`;
}

/** All values of one kind, as written on the card. */
export const valuesOf = ({ fm }: Contact, typeId: string): string[] =>
  fm.filter((entry) => entry.typeId === typeId).map(({ value }) => value);
