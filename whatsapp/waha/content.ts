import type { IncomingMessage } from '../../domain/message';
import { parseVCard, toContactsText, toLocationText, toPollText } from '../content-text';
import { parseFileName } from '../names';
import { findContent, readPath, readText } from './engine-data';
import { readKind } from './kind';
import { readMedia } from './media';
import type { WahaMessage } from './payload';
import { readSpoken } from './spoken-text';

function readLocation({ location, _data }: WahaMessage): string | null {
  if (location) return toLocationText({ ...location, name: location.name ?? location.description });
  const content = findContent(_data)?.content;
  const latitude = readPath(content, 'degreesLatitude');
  const longitude = readPath(content, 'degreesLongitude');
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return null;
  return toLocationText({
    latitude,
    longitude,
    name: readText(content, 'name'),
    address: readText(content, 'address'),
  });
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

function readContacts({ vCards, _data }: WahaMessage): string | null {
  if (vCards && vCards.length > 0) return toContactsText(vCards.map(parseVCard));
  const content = findContent(_data)?.content;
  const shared = [content, ...listOf(readPath(content, 'contacts'))];
  return toContactsText(
    shared
      .filter((contact) => readText(contact, 'vcard'))
      .map((contact) => {
        const { name, phones } = parseVCard(readText(contact, 'vcard') ?? '');
        return { name: readText(contact, 'displayName') ?? name, phones };
      }),
  );
}

function readPoll({ _data, body }: WahaMessage): string | null {
  const content = findContent(_data)?.content;
  const question = readText(content, 'name') ?? readText(_data, 'pollName') ?? body ?? null;
  const options = [...listOf(readPath(content, 'options')), ...listOf(readPath(_data, 'pollOptions'))];
  return toPollText(
    question,
    options
      .map((option) => readText(option, 'optionName') ?? readText(option, 'name'))
      .filter((option) => option !== null),
  );
}

/** The body of these is a picture or a card in code, never something that was said. */
function readBody(
  message: WahaMessage,
  kind: IncomingMessage['kind'],
  fileName: string | null,
): string | null {
  if (kind === 'location') return readLocation(message);
  if (kind === 'contacts') return readContacts(message);
  if (kind === 'poll') return readPoll(message);
  // whatsapp-web.js repeats a document's name where it has no caption.
  if (message.body?.trim()) return message.body !== fileName ? message.body : null;
  const found = findContent(message._data);
  return found && readSpoken(found.key, found.content);
}

type Content = Pick<IncomingMessage, 'kind' | 'text' | 'fileName' | 'quotedText' | 'forwarded' | 'media'>;

/** The content of a message. Text is kept whole; a file is known by its name only, and fetched elsewhere. */
export function readContent(message: WahaMessage, isEdit = false): Content {
  const { _data, media, replyTo } = message;
  const kind = readKind(message, isEdit);
  const content = findContent(_data)?.content;
  const fileName = parseFileName(
    media?.filename ?? readText(content, 'fileName') ?? readText(_data, 'filename'),
  );
  const text = readBody(message, kind, fileName);
  return {
    // A text without words is one that could not be read.
    kind: kind === 'text' && text === null ? 'unsupported' : kind,
    text,
    fileName,
    quotedText: replyTo?.body || null,
    forwarded:
      readPath(_data, 'isForwarded') === true || readPath(content, 'contextInfo', 'isForwarded') === true,
    ...(isEdit ? {} : readMedia(message, kind)),
  };
}
