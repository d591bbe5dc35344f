import type { MessageKind } from './kind';

export interface Place {
  latitude: number;
  longitude: number;
  name?: string;
  address?: string;
  /** It moves: the place is where it was when the message was sent. */
  isLive?: true;
}

/** A contact card, as far as a page needs it. */
export interface SharedContact {
  name: string | null;
  phones: string[];
}

export interface Poll {
  question: string | null;
  options: string[];
}

/** An invitation to something at a time; its description is the message's text. */
export interface Invitation {
  name: string | null;
  startsAt?: Date;
  endsAt?: Date;
  place?: string;
  link?: string;
  isCancelled?: true;
}

/** An amount as it is written, with its currency: `12.50 EUR`. */
export type Price = string;

export interface Order {
  title: string | null;
  itemCount?: number;
  total?: Price;
  items?: string[];
}

export interface Product {
  title: string | null;
  description?: string;
  price?: Price;
  link?: string;
}

export type CallOutcome = 'missed' | 'declined' | 'answered' | 'failed';

export interface Call {
  isVideo: boolean;
  outcome?: CallOutcome;
  durationMs?: number;
}

/** Somebody named inside a message, by the key of an alias: who that is today is asked when the line is written. */
export interface Named {
  key: string;
  /** The key is our own account's. */
  isUs?: true;
}

export type GroupChange =
  | 'created'
  | 'joined'
  | 'left'
  | 'added'
  | 'removed'
  | 'promoted'
  | 'demoted'
  | 'subject'
  | 'description'
  | 'picture';

/** What happened to a group. `people`: those whom it happened to, besides the speaker. */
export interface GroupNotice {
  change: GroupChange;
  people: Named[];
  /** The new name or description. */
  value?: string;
}

/** What a reply answers; its text is the message's `quotedText`. */
export interface Reply {
  isStory?: true;
  kind?: MessageKind;
}

/** The answer to an event's invitation. */
export interface Attendance {
  answer: 'going' | 'not going' | 'maybe';
  guests?: number;
}

/**
 * What a message says besides its text. Every source fills the same fields, lines and workspace are made of them; a message stored
 * before there were details has all of it in its text. Fields of other kinds stay away.
 */
export type Details = {
  /** Of a voice message, a sound or a video. */
  durationMs?: number;
  place?: Place;
  contacts?: SharedContact[];
  poll?: Poll;
  invitation?: Invitation;
  order?: Order;
  product?: Product;
  /** The name of the group that somebody is invited to. */
  groupInvite?: string;
  call?: Call;
  group?: GroupNotice;
  reply?: Reply;
  /** The title of the advertisement that was tapped. */
  ad?: string;
  /** The options chosen in a poll, none when the vote was taken back. Absent: the choice could not be read. */
  choices?: string[];
  attendance?: Attendance;
  /** Those whom the text names as `@<digits>`. */
  mentions?: Named[];
  viewOnce?: true;
  /** Sent to a broadcast list. */
  broadcast?: true;
};
