import { toEmailMatchCode, toPhoneMatchCode } from './phone-match-code';
import type { Contact, Multifield } from './records';

/** `PHONE:491701234567`; null for kinds a portal does not index. */
function toMatchKey(entry: Pick<Multifield, 'typeId' | 'value'>): string | null {
  if (entry.typeId === 'PHONE') return `PHONE:${toPhoneMatchCode(entry.value)}`;
  if (entry.typeId === 'EMAIL') return `EMAIL:${toEmailMatchCode(entry.value)}`;
  return null;
}

/** Finds contacts by phone, e-mail and origin without reading them all. */
export class ContactIndex {
  private readonly byMatchKey = new Map<string, Set<number>>();
  private readonly byOriginId = new Map<string, Set<number>>();

  add(contact: Contact): void {
    for (const [map, key] of this.placesOf(contact)) {
      const ids = map.get(key);
      if (ids === undefined) map.set(key, new Set([contact.id]));
      else ids.add(contact.id);
    }
  }

  remove(contact: Contact): void {
    for (const [map, key] of this.placesOf(contact)) {
      const ids = map.get(key);
      ids?.delete(contact.id);
      if (ids?.size === 0) map.delete(key);
    }
  }

  /** Ids of the contacts that carry this phone or e-mail, lowest first. */
  listByValue(typeId: string, value: string): number[] {
    const key = toMatchKey({ typeId, value });
    return key === null ? [] : [...(this.byMatchKey.get(key) ?? [])].sort((a, b) => a - b);
  }

  listByOriginId(originId: string): number[] {
    return [...(this.byOriginId.get(originId.toLowerCase()) ?? [])].sort((a, b) => a - b);
  }

  private placesOf(contact: Contact): [Map<string, Set<number>>, string][] {
    const keys = contact.fm.map(toMatchKey).filter((key) => key !== null);
    const places = keys.map((key): [Map<string, Set<number>>, string] => [this.byMatchKey, key]);
    const { originId } = contact.fields;
    if (typeof originId === 'string' && originId !== '') {
      places.push([this.byOriginId, originId.toLowerCase()]);
    }
    return places;
  }
}
