import type { Named, Reply } from '../../../domain/content/details';
import type { Alias } from '../../../domain/identity';
import { findAlias, isAmong } from '../../people';
import { findOuterContent, readJid, readList, readPath, readText } from '../engine-data';
import { kindOfContent } from '../kind';
import type { WebMessage } from '../message';
import type { Found } from './cards';

const maxMentions = 50;

const contextOf = ({ content }: Found): unknown => readPath(content, 'contextInfo');

/** Those whom the text names: in it stand their digits, here the whole address. */
export function readMentions(found: Found, ownAliases: readonly Alias[]): Named[] {
  const context = contextOf(found);
  const jids = [
    ...readList(context, 'mentionedJid'),
    ...readList(context, 'mentionedJID'),
    ...readList(found.data, 'mentionedJidList'),
  ];
  const named = jids.slice(0, maxMentions).map(readJid).map(findAlias);
  const byKey = new Map(named.flatMap((alias) => (alias ? [[alias.key, alias]] : [])));
  return [...byKey.values()].map((alias) => toNamed(alias, ownAliases));
}

export const toNamed = (alias: Alias, ownAliases: readonly Alias[]): Named => ({
  key: alias.key,
  ...(isAmong(alias, ownAliases) ? { isUs: true as const } : {}),
});

/** What the message answers. Null: it answers nothing, or a text that is quoted anyway. */
export function readReply({ replyTo }: WebMessage, found: Found): Reply | null {
  const context = contextOf(found);
  const { data } = found;
  const remote =
    readJid(readPath(context, 'remoteJid')) ??
    readJid(readPath(context, 'remoteJID')) ??
    readJid(readPath(data, 'quotedRemoteJid'));
  const isStory = remote === 'status@broadcast' || Boolean(replyTo?.id?.includes('status@broadcast'));
  const quoted = findOuterContent({ message: readPath(context, 'quotedMessage') });
  const answered = [quoted?.key, readText(data, 'quotedMsg', 'type')]
    .map((word) => word && kindOfContent(word))
    .find(Boolean);
  const isVoice = readPath(quoted?.content, 'ptt') === true || readPath(quoted?.content, 'PTT') === true;
  const kind = isVoice ? 'voice' : answered || kindOfReply(replyTo);
  if (!replyTo && !quoted && !readPath(data, 'quotedMsg') && !isStory) return null;
  return { ...(isStory ? { isStory } : {}), ...(kind ? { kind } : {}) };
}

function kindOfReply(replyTo: WebMessage['replyTo']): Reply['kind'] {
  const family = replyTo?.media?.mimetype?.split('/')[0];
  if (family === 'image' || family === 'video' || family === 'audio') return family;
  if (replyTo?.hasMedia) return 'document';
  return replyTo?.body ? 'text' : undefined;
}

export const readQuotedText = ({ replyTo }: WebMessage, found: Found): string | null => {
  const quoted = findOuterContent({ message: readPath(contextOf(found), 'quotedMessage') })?.content;
  const said =
    typeof quoted === 'string' ? quoted : (readText(quoted, 'text') ?? readText(quoted, 'caption'));
  const { data } = found;
  const webText = readText(data, 'quotedMsg', 'type') === 'chat' ? readText(data, 'quotedMsg', 'body') : null;
  return replyTo?.body || said || webText || readText(data, 'quotedMsg', 'caption');
};

export const isForwarded = (found: Found): boolean =>
  readPath(found.data, 'isForwarded') === true || readPath(contextOf(found), 'isForwarded') === true;

/** On a linked device such a message often has no content at all: the key alone says what it is. */
export const isViewOnce = ({ content, data }: Found, wrappedIn: readonly string[]): boolean =>
  wrappedIn.some((key) => key.startsWith('viewOnce')) ||
  readPath(content, 'viewOnce') === true ||
  readPath(data, 'isViewOnce') === true ||
  readPath(data, 'key', 'isViewOnce') === true ||
  readPath(data, 'Info', 'IsViewOnce') === true;
