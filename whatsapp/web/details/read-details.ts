import type { Details } from '../../../domain/content/details';
import type { MessageKind } from '../../../domain/content/kind';
import type { Alias } from '../../../domain/identity';
import { firstText, listWrappers, readNumber, readText } from '../engine-data';
import type { WebMessage } from '../message';
import { readCall } from './call';
import { readContacts, readInvitation, readPlace, readPoll, short, type Found } from './cards';
import { isViewOnce, readMentions, readReply } from './context';
import { readOrder, readProduct } from './shop';

const maxDurationMs = 48 * 3_600_000;

function readDuration({ content, data }: Found): number | null {
  const seconds = readNumber(content, 'seconds') ?? readNumber(data, 'duration');
  const durationMs = Math.round((seconds ?? 0) * 1_000);
  return durationMs > 0 && durationMs <= maxDurationMs ? durationMs : null;
}

/** A tap on an advertisement sends a message without words; the advertisement is what it says. */
const readAd = ({ content, data }: Found): string | null =>
  short(
    firstText(content, ['contextInfo.externalAdReply.title', 'contextInfo.externalAdReply.body']) ??
      firstText(data, ['ctwaContext.title', 'ctwaContext.description']),
  );

const readGroupInvite = ({ content, data }: Found): string | null =>
  short(readText(content, 'groupName') ?? readText(data, 'inviteGrpName'));

/** What each kind says in fields of its own. */
const readers: { [kind in MessageKind]?: (message: WebMessage, found: Found) => Details } = {
  text: (_, found) => withValue('ad', readAd(found)),
  location: (message, found) => withValue('place', readPlace(message, found)),
  contacts: (message, found) => withValue('contacts', readContacts(message, found)),
  poll: (_, found) => withValue('poll', readPoll(found)),
  event: (_, found) => withValue('invitation', readInvitation(found)),
  order: (_, found) => withValue('order', readOrder(found)),
  product: (_, found) => withValue('product', readProduct(found)),
  invite: (_, found) => withValue('groupInvite', readGroupInvite(found)),
  call: (_, found) => ({ call: readCall(found) }),
  voice: (_, found) => withValue('durationMs', readDuration(found)),
  audio: (_, found) => withValue('durationMs', readDuration(found)),
  video: (_, found) => withValue('durationMs', readDuration(found)),
};

const withValue = <Key extends keyof Details>(key: Key, value: Details[Key] | null): Details =>
  value === null || value === undefined ? {} : { [key]: value };

/** All that the message says besides its text. */
export function readDetails(
  message: WebMessage,
  kind: MessageKind,
  found: Found,
  ownAliases: readonly Alias[],
): Details {
  const mentions = readMentions(found, ownAliases);
  return {
    ...readers[kind]?.(message, found),
    ...withValue('reply', readReply(message, found)),
    ...(mentions.length > 0 ? { mentions } : {}),
    ...(isViewOnce(found, listWrappers(found.data)) ? { viewOnce: true } : {}),
  };
}
