/** A session's states as WAHA names them. */
export type SessionStatus = 'STOPPED' | 'STARTING' | 'SCAN_QR_CODE' | 'WORKING' | 'FAILED';

/** Who was scanned in. */
export interface Me {
  /** `<digits>@c.us` */
  id: string;
  /** `<digits>@lid` */
  lid?: string;
  pushName: string;
}

export interface WebhookConfig {
  url: string;
  events?: string[] | null;
  hmac?: { key?: string | null } | null;
  retries?: { policy?: string; delaySeconds?: number; attempts?: number } | null;
  customHeaders?: { name: string; value: string }[] | null;
}

export interface SessionConfig {
  webhooks?: WebhookConfig[] | null;
  [other: string]: unknown;
}

/** A message as webhooks and history carry it. */
export interface MessagePayload {
  id: string;
  /** Seconds. */
  timestamp: number;
  [field: string]: unknown;
}

export interface Chat {
  id: string;
  name: string | null;
  /** Oldest first. */
  messages: MessagePayload[];
}

export interface MediaFile {
  mimetype: string;
  base64: string;
}

/** A label, and the addresses of its chats. */
export interface Label {
  name: string;
  chats: string[];
}

/** One session with all that its phone has; JSON, so that it can be kept. */
export interface Session {
  name: string;
  status: SessionStatus;
  /** The newest last. */
  statuses: { status: SessionStatus; timestamp: number }[];
  config: SessionConfig;
  me: Me | null;
  /** Counts the codes shown, so that each is another. */
  qrCount: number;
  chats: Record<string, Chat>;
  /** Digits of a LID -> digits of its number, null where WhatsApp hides it. */
  lids: Record<string, string | null>;
  /** `<digits>@c.us` -> name. */
  contacts: Record<string, string>;
  files: Record<string, MediaFile>;
  /** The labels of WhatsApp Business by their ids, and the chats that have them; absent in sessions of before. */
  labels?: Record<string, Label>;
}

export const newSession = (name: string, config: SessionConfig): Session => ({
  name,
  status: 'STOPPED',
  statuses: [],
  config,
  me: null,
  qrCount: 0,
  chats: {},
  lids: {},
  contacts: {},
  files: {},
  labels: {},
});

/** A session as WAHA shows it. */
export const toSessionView = ({ name, status, config, me, statuses }: Session, engine: string) => ({
  name,
  status,
  config,
  me,
  engine: { engine },
  timestamps: { activity: statuses.at(-1)?.timestamp ?? null },
});

/** Keeps the message in its chat, by time; one that was there is replaced. */
export function keepMessage(session: Session, chatId: string, message: MessagePayload): void {
  const chat = (session.chats[chatId] ??= { id: chatId, name: null, messages: [] });
  const others = chat.messages.filter(({ id }) => id !== message.id);
  const at = others.findLastIndex(({ timestamp }) => timestamp <= message.timestamp);
  chat.messages = others.toSpliced(at + 1, 0, message);
}
