import type { IncomingMedia, IncomingMessage, MessageKind } from '../../domain/message';
import { parseFileName } from '../names';
import { readAnswer } from './answers';
import { readDetails, readQuotedProduct } from './details';
import { readSha256 } from './ids';
import type { MetaContent } from './payload';

const fileKinds = ['image', 'video', 'audio', 'voice', 'document', 'sticker'] as const;
type FileKind = (typeof fileKinds)[number];
const isFileKind = (type: string): type is FileKind => (fileKinds as readonly string[]).includes(type);

export type Content = Pick<
  IncomingMessage,
  'kind' | 'text' | 'fileName' | 'quotedText' | 'forwarded' | 'media' | 'details'
>;

export const noContent = {
  ...({ kind: 'text', text: null, fileName: null, quotedText: null, forwarded: false } as const),
};

/** The type that Meta says, or the one whose field is there. */
function typeOf(content: MetaContent): string {
  const said = content.type ?? '';
  if (said !== '') return said;
  return fileKinds.find((kind) => content[kind]) ?? (content.text ? 'text' : '');
}

function kindOf(content: MetaContent, type: string): MessageKind {
  if (isFileKind(type)) return type === 'audio' && content.audio?.voice ? 'voice' : type;
  if (type === 'location' || type === 'contacts' || type === 'order') return type;
  const said = ['text', 'interactive', 'button', 'template', 'product'];
  return said.includes(type) ? 'text' : 'unsupported';
}

const readFile = (content: MetaContent, type: string) => (isFileKind(type) ? (content[type] ?? null) : null);

/** The file by its id, under which Meta keeps it for some days; without an id it is not to be had. */
function readMedia(content: MetaContent, type: string): IncomingMedia | null {
  if (!isFileKind(type)) return null;
  const file = readFile(content, type);
  const id = file?.id?.trim() ?? '';
  const size = file?.file_size ?? null;
  return {
    mimeType: file?.mime_type ?? null,
    sizeBytes: size !== null && Number.isSafeInteger(size) && size > 0 ? size : null,
    sha256: readSha256(file?.sha256),
    source: /^[\w.-]{1,200}$/.test(id) ? { kind: 'meta', mediaId: id } : { kind: 'none' },
  };
}

function textOf(content: MetaContent, kind: MessageKind, type: string): string | null {
  const said = type === 'text' || type === 'product' ? content.text?.body : readAnswer(content);
  const text = kind === 'order' ? content.order?.text : (readFile(content, type)?.caption ?? said);
  return text?.trim() ? text : null;
}

/** Whether there is nothing to tell: a place without a point, a card without a name, a text without words. */
function isEmpty({ kind, text, details }: Content): boolean {
  if (kind === 'location') return !details?.place;
  if (kind === 'contacts') return !details?.contacts;
  if (kind === 'order') return !details?.order;
  return kind === 'text' && text === null && details?.ad === undefined;
}

/** What a message says. What it does not say, or what nobody here understands, is `unsupported`: its line is a placeholder. */
export function readContent(given: MetaContent, { isEdit = false } = {}): Content {
  const type = typeOf(given);
  const kind = kindOf(given, type);
  const media = isEdit ? null : readMedia(given, type);
  const details = readDetails(given, kind);
  const content: Content = {
    kind,
    text: textOf(given, kind, type),
    fileName: parseFileName(readFile(given, type)?.filename),
    quotedText: readQuotedProduct(given),
    forwarded: Boolean(given.context?.forwarded || given.context?.frequently_forwarded),
    ...(Object.keys(details).length > 0 ? { details } : {}),
    ...(media ? { media } : {}),
  };
  return isEmpty(content) ? { ...content, kind: 'unsupported' } : content;
}

/** Kinds that Meta itself passes on without a content: reading them again by a later version helps nobody. */
const withoutContent = new Set(['unsupported', 'media_placeholder', 'unknown', 'ephemeral']);

/** Whether nobody understands the message here, though it may well say something. */
export const isUnread = (given: MetaContent, { kind }: Content): boolean =>
  kind === 'unsupported' && !withoutContent.has(given.type ?? '');
