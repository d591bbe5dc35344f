import type { Invitation, Place, Poll, SharedContact } from '../../../domain/content/details';
import { clip, oneLine } from '../../clip';
import { parseVCard } from '../../vcard';
import { firstText, readList, readNumber, readPath, readText } from '../engine-data';
import type { WebMessage } from '../message';

/** The engine's own content of a message, and where it stands: `_data` of whatsapp-web.js is the content itself. */
export interface Found {
  key: string;
  content: unknown;
  data: unknown;
}

const maxContacts = 50;
const maxOptions = 20;

/** One line of at most so many characters, or null. */
export const short = (text: string | null | undefined, maxCharacters = 256): string | null => {
  const line = oneLine(clip(text ?? '', maxCharacters));
  return line === '' ? null : line;
};

const isDegrees = (value: number | null, most: number): value is number =>
  value !== null && Math.abs(value) <= most;

function toPlace(
  latitude: number | null,
  longitude: number | null,
  isLive: boolean,
  name: string | null,
  address: string | null,
) {
  if (!isDegrees(latitude, 90) || !isDegrees(longitude, 180)) return null;
  return {
    ...{ latitude, longitude, ...(name ? { name } : {}), ...(address ? { address } : {}) },
    ...(isLive ? { isLive: true as const } : {}),
  };
}

export function readPlace({ location, type }: WebMessage, { key, content, data }: Found): Place | null {
  const isLive = key === 'liveLocationMessage' || (readText(data, 'type') ?? type) === 'livelocation';
  if (location) {
    const { latitude, longitude, name, description, address } = location;
    return toPlace(latitude, longitude, isLive, short(name ?? description), short(address));
  }
  const [latitude, longitude] = [
    readNumber(content, 'degreesLatitude'),
    readNumber(content, 'degreesLongitude'),
  ];
  return toPlace(
    latitude,
    longitude,
    isLive,
    short(readText(content, 'name')),
    short(readText(content, 'address')),
  );
}

export function readContacts({ vCards }: WebMessage, { content, data }: Found): SharedContact[] | null {
  const cards: SharedContact[] = vCards?.length
    ? vCards.slice(0, maxContacts).map(parseVCard)
    : [content, ...readList(content, 'contacts'), ...readList(data, 'vcardList')]
        .filter((contact) => readText(contact, 'vcard'))
        .slice(0, maxContacts)
        .map((contact) => {
          const { name, phones } = parseVCard(readText(contact, 'vcard') ?? '');
          return { name: short(readText(contact, 'displayName'), 128) ?? name, phones };
        });
  const known = cards.filter(({ name, phones }) => name !== null || phones.length > 0);
  return known.length > 0 ? known : null;
}

export function readPoll({ content, data }: Found): Poll | null {
  const question = short(firstText(content, ['name']) ?? firstText(data, ['pollName', 'poll.pollName']));
  const given = [
    ...readList(content, 'options'),
    ...readList(data, 'pollOptions'),
    ...readList(data, 'poll', 'pollOptions'),
  ];
  const options = given
    .slice(0, maxOptions)
    .map((option) => short(firstText(option, ['optionName', 'name'])))
    .filter((option) => option !== null);
  return question || options.length > 0 ? { question, options } : null;
}

/** Seconds or milliseconds; a time that no calendar has is none. */
function toTime(value: number | null): Date | null {
  if (value === null || value <= 0) return null;
  const at = new Date(value > 1e11 ? value : value * 1_000);
  return at.getTime() < Date.UTC(2200, 0) ? at : null;
}

const timeOf = (found: Found, ...names: [content: string, data: string]): Date | null =>
  toTime(readNumber(found.content, names[0]) ?? readNumber(found.data, names[1]));

export function readInvitation(found: Found): Invitation | null {
  const { content, data } = found;
  const name = short(readText(content, 'name') ?? firstText(data, ['eventName', 'event.name']));
  const [startsAt, endsAt] = [
    timeOf(found, 'startTime', 'eventStartTime'),
    timeOf(found, 'endTime', 'eventEndTime'),
  ];
  const place = short(
    firstText(content, ['location.name', 'location.address']) ??
      firstText(data, ['eventLocation.name', 'eventLocation']),
  );
  const link = short(readText(content, 'joinLink') ?? readText(data, 'eventJoinLink'));
  const isCancelled = readPath(content, 'isCanceled') === true || readPath(data, 'isEventCanceled') === true;
  if (!name && !startsAt) return null;
  return {
    name,
    ...(startsAt ? { startsAt } : {}),
    ...(endsAt ? { endsAt } : {}),
    ...(place ? { place } : {}),
    ...(link ? { link } : {}),
    ...(isCancelled ? { isCancelled } : {}),
  };
}
