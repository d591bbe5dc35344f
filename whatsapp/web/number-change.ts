import type { NumberChange } from '../../domain/identity';
import { findAlias } from '../people';
import { readJid, readList, readText } from './engine-data';

/** whatsapp-web.js gives WhatsApp's notice of a changed number as a message: the old address and the new one. */
export function findNumberChange(data: unknown): NumberChange | null {
  if (readText(data, 'subtype') !== 'change_number') return null;
  const [from, to] = readList(data, 'templateParams').map(readJid).map(findAlias);
  return from?.kind === 'phone' && to?.kind === 'phone' && from.key !== to.key ? { from, to: [to] } : null;
}
