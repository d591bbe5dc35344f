import { toDigests } from '../../domain/digest';
import type { DigestContext, DigestItem } from '../../domain/digest';
import { toItemId } from '../../domain/ids';

export const anyBreak = /\r\n|[\n\r\v\f\u0085\u2028\u2029]/u;
export const linesOf = (text: string): string[] => text.split(anyBreak);
export const bytesOf = (text: string): number => Buffer.byteLength(text, 'utf8');

let markers = 0;
export const markerOf = (): string => `contact-link#${String((markers += 1)).padStart(24, '0')}`;

export const context = (change: Partial<DigestContext> = {}): DigestContext => ({
  chatTitle: 'Klaus Weber',
  account: 'Anna Sales +491700000001',
  lane: 'live',
  timeZone: 'Europe/Berlin',
  newestToldAt: null,
  markerOf,
  ...change,
});

export const at = (time: string): Date => new Date(`2026-11-25T${time}Z`);

export function item(change: Partial<DigestItem> = {}, number = 0): DigestItem {
  const sentAt = change.sentAt ?? at('13:03:22');
  return {
    item: toItemId(`message${number}`, 0, change.part ?? 1),
    part: 1,
    sentAt,
    orderAt: sentAt,
    speaker: 'Klaus Weber',
    fromMe: false,
    event: 'create',
    kind: 'text',
    text: 'Good morning',
    fileName: null,
    quotedText: null,
    forwarded: false,
    original: null,
    ...change,
  };
}

/** The line of a single item, without direction and clock. */
export function told(change: Partial<DigestItem>): string {
  const [digest] = toDigests([item(change)], context());
  const lines = digest?.text.split('\n') ?? [];
  return lines
    .slice(1, -1)
    .join('\n')
    .replace(/^← \[14:03:22\] /, '');
}
