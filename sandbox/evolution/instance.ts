/** An instance's states as Evolution names them. */
export type InstanceState = 'open' | 'connecting' | 'close';

export interface Hook {
  enabled: boolean;
  url: string;
  headers?: Record<string, string> | null;
  events: string[];
  webhookByEvents: boolean;
  webhookBase64: boolean;
}

/** A message as webhooks and history carry it. */
export interface MessageRecord {
  key: { id: string; remoteJid: string; fromMe: boolean; participant?: string; remoteJidAlt?: string };
  /** Seconds. */
  messageTimestamp: number;
  [field: string]: unknown;
}

/** One instance with all that its phone has. */
export interface Instance {
  name: string;
  token: string;
  state: InstanceState;
  /** `<digits>@s.whatsapp.net`; null before a scan. */
  ownerJid: string | null;
  hook: Hook | null;
  records: MessageRecord[];
  /** Message id -> its file. */
  files: Record<string, { mimetype: string; base64: string }>;
  /** As Baileys has them. */
  groups: unknown[];
}

export const newInstance = (name: string): Instance => ({
  name,
  token: `token-of-${name}`,
  state: 'close',
  ownerJid: null,
  hook: null,
  records: [],
  files: {},
  groups: [],
});
