import { listSamePhones, phoneOf } from '../../domain/identity';
import type { PersonDoc } from '../../store/people/people';

/**
 * The addresses under which a source may have the chat with a person: all surely equal writings of the number, and the LIDs. They are read
 * as one chat.
 */
export function listAddresses({ aliases }: Pick<PersonDoc, 'aliases'>): string[] {
  return aliases.flatMap((alias) => {
    if (alias.kind === 'lid') return [`${alias.key.slice('lid:'.length)}@lid`];
    if (alias.kind !== 'phone') return [];
    return listSamePhones(alias).map((phone) => `${(phoneOf([phone]) ?? '').slice(1)}@c.us`);
  });
}
