import type { MessageKind } from './kind';
import { toClock, toPeriod } from '../local-time';
import type { Call, Details, Invitation, Order, Place, Poll, Product, SharedContact } from './details';

const list = (parts: readonly (string | null | undefined)[], between: string): string =>
  parts.filter(Boolean).join(between);

/** OpenStreetMap shows a point to everybody, without a key. */
const toMapLink = ({ latitude, longitude }: Place): string =>
  `https://www.openstreetmap.org/?mlat=${latitude}&mlon=${longitude}#map=17/${latitude}/${longitude}`;

const placeWords = (place: Place): string =>
  list([list([...new Set([place.name, place.address])], ', '), toMapLink(place)], ' ');

const contactsWords = (contacts: readonly SharedContact[]): string =>
  list(
    contacts.map(({ name, phones }) => list([name, ...phones], ', ')),
    '\n',
  );

const pollWords = ({ question, options }: Poll): string =>
  list([question, ...options.map((option) => `- ${option}`)], '\n');

function whenOf({ startsAt, endsAt }: Invitation, timeZone: string): string | null {
  if (!startsAt) return null;
  if (endsAt && endsAt > startsAt) return toPeriod(startsAt, endsAt, timeZone);
  const { day, time } = toClock(startsAt, timeZone);
  return `${day} ${time.slice(0, 5)}`;
}

const invitationWords = (event: Invitation, timeZone: string): string =>
  list(
    [
      event.isCancelled && 'cancelled:',
      list([event.name, whenOf(event, timeZone), event.place, event.link], ', '),
    ],
    ' ',
  );

const orderWords = ({ title, itemCount, total, items = [] }: Order): string => {
  const count = itemCount === undefined ? null : `${itemCount} ${itemCount === 1 ? 'item' : 'items'}`;
  return list([list([title, count, total], ', '), ...items.map((item) => `- ${item}`)], '\n');
};

const productWords = ({ title, price, description, link }: Product): string =>
  list([list([title, price], ', '), description, link], '\n');

/** What the details say in words: foreign text, of several lines where it is a list. Empty where they add nothing. */
export function toWords(details: Details, timeZone: string): string {
  const { place, contacts, poll, invitation, order, product, groupInvite, ad } = details;
  if (place) return placeWords(place);
  if (contacts) return contactsWords(contacts);
  if (poll) return pollWords(poll);
  if (invitation) return invitationWords(invitation, timeZone);
  if (order) return orderWords(order);
  if (product) return productWords(product);
  return groupInvite ?? ad ?? '';
}

/** The same in a few words, for a line that is about the message: `«Lunch?»`. */
export function toTitle({ place, contacts, poll, invitation, order, product, groupInvite }: Details): string {
  if (place) return place.name ?? place.address ?? '';
  if (contacts)
    return list(
      contacts.map(({ name }) => name),
      ', ',
    );
  return poll?.question ?? invitation?.name ?? order?.title ?? product?.title ?? groupInvite ?? '';
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

/** `0:14`, `1:02:03`. */
export function toDuration(durationMs: number): string {
  const seconds = Math.round(durationMs / 1_000);
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  const rest = twoDigits(seconds % 60);
  return hours > 0 ? `${hours}:${twoDigits(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** `640 bytes`, `12 KB`, `3.4 MB`. */
export function toSize(sizeBytes: number): string {
  if (sizeBytes < 1_000) return `${sizeBytes} bytes`;
  const [value, unit] = sizeBytes < 999_500 ? [sizeBytes / 1_000, 'KB'] : [sizeBytes / 1_000_000, 'MB'];
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, '') : Math.round(value)} ${unit}`;
}

/** How each kind is called on the page. A text is its own words. */
const labels: Record<MessageKind, string> = {
  text: '',
  image: 'image',
  video: 'video',
  audio: 'audio',
  voice: 'voice message',
  document: 'document',
  sticker: 'sticker',
  location: 'location',
  contacts: 'contact card',
  poll: 'poll',
  event: 'event',
  order: 'order',
  product: 'product',
  invite: 'group invite',
  call: 'call',
  system: 'system message',
  unsupported: '',
};

const outcomes = { missed: 'missed', declined: 'declined', answered: '', failed: 'failed' } as const;

function callLabel({ isVideo, outcome }: Call): string {
  return list([outcome && outcomes[outcome], isVideo ? 'video call' : 'voice call'], ' ');
}

/** The kind in words, without brackets: `video, 1:20, 3.4 MB`; empty for a text. */
export function toLabel(kind: MessageKind, details: Details, sizeBytes: number | null = null): string {
  const { place, call, ad, viewOnce } = details;
  const durationMs = details.durationMs ?? call?.durationMs;
  const facts = [
    durationMs ? toDuration(durationMs) : null,
    sizeBytes === null || kind === 'sticker' ? null : toSize(sizeBytes),
  ];
  if (viewOnce && kind === 'unsupported') return 'view-once message; it can be opened on the phone only';
  if (kind === 'text' && ad) return 'from an ad';
  const name = call ? callLabel(call) : place?.isLive ? 'live location' : (labels[kind] ?? kind);
  return list([viewOnce ? `view-once ${name}` : name, ...(name === '' ? [] : facts)], ', ');
}
