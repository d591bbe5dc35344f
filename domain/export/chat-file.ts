import type { KnownGroup, Named } from './choose-group';

export const dayOrders = ['dmy', 'mdy', 'ymd'] as const;
/** In which order the numbers of a date stand. */
export type DayOrder = (typeof dayOrders)[number];

/** What a chat that was exported from a phone tells of itself. Names in it go away when it is taken in. */
export interface FileFacts {
  /** Messages and WhatsApp's own lines. */
  pieces: number;
  /** Who speaks, who said most in front. */
  authors: { name: string; messages: number }[];
  /** The same names letter by letter, by which lines are split. */
  written: string[];
  /** Those whom WhatsApp's own lines name as in the group; absent in files that were brought before this was read. */
  named?: string[];
  /** The orders that all dates can have, the likeliest first; one alone is certain. */
  dayOrders: DayOrder[];
  /** The first date as it stands there. */
  example: string;
  /** What the archive, or WhatsApp itself, says it is the chat with; null: nothing. */
  title: string | null;
  files: number;
}

/** What a person said of the file; all of it may be missing. */
export interface FileAnswers {
  timeZone?: string | undefined;
  dayOrder?: DayOrder | undefined;
  /** The speaker that is us; empty: we do not speak in it. */
  me?: string | undefined;
  /** The number of the one we talk with, in E.164. */
  e164?: string | undefined;
  /** The group that it is, by the id of its chat. */
  groupChatId?: string | undefined;
  /** The name of a group that nobody knows yet. */
  groupTitle?: string | undefined;
  /** The numbers of speakers of a group, in E.164. */
  participants?: { name: string; e164: string }[] | undefined;
}

/** What is known beside the file. */
export interface FileSurroundings {
  timeZone: string;
  account: { e164: string; names: string[] };
  /** The numbers that speakers are called by, or that somebody of their name has. */
  numbers: { name: string; e164: string; isCertain: boolean }[];
  /** Under what those who speak or are named in the file may be known. */
  named: Named[];
  groups: KnownGroup[];
}

/** How a file is read, with nothing left to ask. */
export interface FileReading {
  timeZone: string;
  dayOrder: DayOrder;
  /** Null: we do not speak in it. */
  me: string | null;
  chat: { kind: 'direct'; e164: string } | { kind: 'group'; groupJid: string; title: string | null };
  participants: { name: string; e164: string }[];
}

export type Asked = 'dayOrder' | 'me' | 'phone' | 'group';

/** What must be said before the file can be read; each with what it seems to be. */
export interface FileQuestion {
  asks: Asked[];
  /** Used unless another one is given. */
  timeZone: string;
  dayOrders: DayOrder[];
  example: string;
  authors: { name: string; messages: number }[];
  suggested: { me: string | null; e164: string | null; groupChatId: string | null };
  /** The likeliest in front. `agreeing`: so many of the `participants` are known to be in it. */
  groups: { chatId: string; title: string; agreeing?: number }[];
  /** Of a group: so many speak or are named in it beside us; absent in questions of before it was counted. */
  participants?: number;
}
