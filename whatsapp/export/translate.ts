import { toPhoneAlias, type Identity } from '../../domain/identity';
import type { ChatRef, IncomingMessage } from '../../domain/message';
import type { FileReading } from '../../domain/export/chat-file';
import { parseFileName, parsePersonName } from '../names';
import type { FileNames, Said } from './content';
import { toPlain } from './plain';
import type { IdentifiedMessage } from './identify';

const typesByEnding: Record<string, string> = {
  ...{ jpg: 'image/jpeg', jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp', gif: 'image/gif' },
  ...{ mp4: 'video/mp4', '3gp': 'video/3gpp', mov: 'video/quicktime', opus: 'audio/ogg', ogg: 'audio/ogg' },
  ...{ m4a: 'audio/mp4', mp3: 'audio/mpeg', aac: 'audio/aac', pdf: 'application/pdf', vcf: 'text/vcard' },
};
const typeOf = (name: string): string | null =>
  typesByEnding[/\.(\w{1,5})$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? null;

/** The number of a speaker, where it is known. */
export const toNumberOf = ({ participants }: FileReading): ((author: string) => string | null) => {
  const numbers = new Map(participants.map(({ name, e164 }) => [name, e164]));
  return (author) => numbers.get(author) ?? null;
};

const toIdentity = (e164: string | null, author: string): Identity => ({
  aliases: e164 === null ? [] : [toPhoneAlias(e164)],
  name: parsePersonName(author),
});

/** Where it was said. The name is the peer's own word on themselves only where they say something. */
function toChat({ chat }: FileReading, speaker: Identity | null): ChatRef {
  if (chat.kind === 'group') return chat;
  return { kind: 'direct', peer: speaker ?? { aliases: [toPhoneAlias(chat.e164)], name: null } };
}

function toMedia({ file }: Said, files: FileNames): Pick<IncomingMessage, 'media' | 'fileName'> {
  if (!file) return { fileName: null };
  const isThere = file.name !== null && files.has(toPlain(file.name));
  const source = { kind: isThere ? ('upload' as const) : ('none' as const) };
  const mimeType = file.name === null ? null : typeOf(file.name);
  return { fileName: parseFileName(file.name), media: { mimeType, sizeBytes: null, sha256: null, source } };
}

/** One message of a file as every source gives it. */
export function translateExported(
  { message: { author, said }, sentAt, fromMe, stanzaId }: IdentifiedMessage,
  reading: FileReading,
  files: FileNames,
): IncomingMessage {
  const { chat } = reading;
  const e164 = chat.kind === 'direct' ? chat.e164 : toNumberOf(reading)(author);
  const sender = fromMe ? null : toIdentity(e164, author);
  return {
    ...{ event: 'create', stanzaId, changeId: null, chat: toChat(reading, sender), fromMe, sender, sentAt },
    ...{ kind: said.kind, text: said.text, quotedText: null, forwarded: false },
    ...toMedia(said, files),
    ...(said.place ? { details: { place: said.place } } : {}),
  };
}
