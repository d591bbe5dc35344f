import type { Alias } from '../../domain/identity';
import type { IncomingMessage, MediaSource } from '../../domain/message';
import { parseFileName } from '../names';
import type { Found } from './details/cards';
import { isForwarded, readQuotedText } from './details/context';
import { readDetails } from './details/read-details';
import { findContent, firstText, readText } from './engine-data';
import { readKind } from './kind';
import { readMedia } from './media';
import type { WebMessage } from './message';
import { readSpoken } from './spoken-text';

type Kind = IncomingMessage['kind'];

/** The body of these is a picture or a card in code, never something that was said: where their words stand instead. */
const wordsOf: { [kind in Kind]?: readonly string[] } = {
  location: ['caption', 'comment'],
  contacts: [],
  event: ['description', 'eventDescription'],
  order: ['message'],
  product: ['body', 'caption'],
  invite: ['caption', 'comment'],
  call: [],
};

function readBody(message: WebMessage, kind: Kind, found: Found, fileName: string | null): string | null {
  const paths = wordsOf[kind];
  // whatsapp-web.js has them in the message itself, where `body` is the picture again.
  if (paths)
    return (
      firstText(found.content, paths) ??
      firstText(
        found.data,
        paths.filter((path) => path !== 'body'),
      )
    );
  // whatsapp-web.js repeats a document's name where it has no caption.
  if (message.body?.trim()) return message.body !== fileName ? message.body : null;
  return found.key === '' ? null : readSpoken(found.key, found.content);
}

type Content = Pick<
  IncomingMessage,
  'kind' | 'text' | 'fileName' | 'quotedText' | 'forwarded' | 'media' | 'details'
>;

/**
 * The content of a message. Text is kept whole; a file is known by its name only, and fetched elsewhere: from `fileSource`, or it is an
 * edit, whose file is the message's.
 */
export function readContent(
  message: WebMessage,
  { ownAliases, fileSource }: { ownAliases: readonly Alias[]; fileSource: MediaSource | null },
): Content {
  const { _data: data, media } = message;
  const isEdit = fileSource === null;
  const kind = readKind(message, isEdit);
  const found = { data, ...(findContent(data) ?? { key: '', content: undefined }) };
  const fileName = parseFileName(
    media?.filename ?? readText(found.content, 'fileName') ?? readText(data, 'filename'),
  );
  const details = readDetails(message, kind, found, ownAliases);
  const text = kind === 'poll' && details.poll ? null : readBody(message, kind, found, fileName);
  const isEmpty = kind === 'text' && text === null && details.ad === undefined;
  const hasDetails = Object.keys(details).length > 0;
  return {
    // A text without words is one that could not be read.
    kind: isEmpty ? 'unsupported' : kind,
    text,
    fileName,
    quotedText: readQuotedText(message, found),
    forwarded: isForwarded(found),
    ...(hasDetails ? { details } : {}),
    ...(fileSource ? readMedia(message, kind, fileSource) : {}),
  };
}
