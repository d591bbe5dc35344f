import type { MessageDoc, MessageVersion, NewMessage, NewVersion } from '../store/chats/messages';
import { newId } from '../store/connection';
import { toStored } from '../store/chats/new-version';
import type { GrownMessage } from '../store/chats/message-bulk';

/** A message as it will be stored. */
export interface Draft {
  message: MessageDoc;
  /** So many of its versions are stored; 0: the message is new. */
  stored: number;
}

/** A version in its message; `isNew` is false when this very change was known before. */
export interface Saved {
  message: MessageDoc;
  version: MessageVersion;
  isNew: boolean;
}

/** The messages that a delivery is about: what is stored of them, and what is to be added. Nothing is written here. */
export interface Drafts {
  find(chatId: string, key: string): Draft | null;
  add(message: NewMessage, version: NewVersion): Saved;
  fresh(): MessageDoc[];
  grown(): GrownMessage[];
}

export function createDrafts(known: readonly MessageDoc[]): Drafts {
  const drafts = new Map<string, Draft>();
  const placeOf = (chatId: string, key: string) => `${chatId} ${key}`;
  const keep = (draft: Draft): Draft => {
    drafts.set(placeOf(draft.message.chatId, draft.message.key), draft);
    return draft;
  };
  for (const message of known) keep({ message, stored: message.versions.length });
  const find = (chatId: string, key: string): Draft | null => drafts.get(placeOf(chatId, key)) ?? null;

  return {
    find,
    add(fresh, version) {
      const draft = find(fresh.chatId, fresh.key);
      const { message } = draft ?? keep({ message: { _id: newId(), ...fresh, versions: [] }, stored: 0 });
      const there = message.versions.find(({ change }) => change === version.change);
      if (there) return { message, version: there, isNew: false };
      const added = toStored(version, message.versions.length);
      message.versions.push(added);
      return { message, version: added, isNew: true };
    },
    fresh: () => [...drafts.values()].filter(({ stored }) => stored === 0).map(({ message }) => message),
    grown: () =>
      [...drafts.values()]
        .filter(({ message, stored }) => stored > 0 && message.versions.length > stored)
        .map(({ message, stored }) => ({ message, from: stored })),
  };
}
