import type { Multifield } from '../data/records';
import { isMap, toText } from './method';

const typeIds = new Set(['PHONE', 'EMAIL', 'WEB', 'IM', 'LINK']);

/** An element without a known `typeId` is answered with success and changes nothing. */
function toEntry(element: unknown): { typeId: string; valueType?: string; value: string } | null {
  if (!isMap(element)) return null;
  const typeId = toText(element['typeId']).toUpperCase();
  if (!typeIds.has(typeId)) return null;
  const valueType = toText(element['valueType']);
  return { typeId, value: toText(element['value']).trim(), ...(valueType === '' ? {} : { valueType }) };
}

/**
 * The multifields after `fm` was written: a key that is the id of an entry changes it (an empty value deletes it),
 * every other key adds one. So `n0` adds, an unknown id adds, and an array adds instead of replacing.
 * A text in place of the list is taken without an error and without a phone.
 */
export function writeMultifields(
  before: readonly Multifield[],
  fm: unknown,
  nextId: () => number,
): Multifield[] {
  const after = new Map(before.map((entry) => [entry.id, entry]));
  if (!isMap(fm)) return [...after.values()];
  for (const [key, element] of Object.entries(fm)) {
    const given = toEntry(element);
    if (given === null) continue;
    const existing = Array.isArray(fm) ? undefined : after.get(Number(key));
    if (existing !== undefined && given.value === '') after.delete(existing.id);
    else if (existing !== undefined) after.set(existing.id, { ...existing, ...given });
    else if (given.value !== '') {
      const id = nextId();
      after.set(id, { id, valueType: 'WORK', ...given });
    }
  }
  return [...after.values()];
}
