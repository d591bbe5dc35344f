import type { IncomingMessage, Translation } from '../../domain/message';
import { parseIngestEnvelope } from '../../whatsapp/ingest/envelope';
import { translateIngestMessage } from '../../whatsapp/ingest/translate';

export const receivedAt = new Date('2026-11-22T12:00:00Z');
export const group = '120363321708924123@g.us';

export const body = (change: object = {}) => ({
  schema: '1',
  source: 'extension/0.3.1',
  account: { phone: '+4930111222', lid: '99887766554433@lid', name: 'Sales' },
  identities: [{ lid: '4639135154355@lid', phone: '+491701234567', username: null, bsuid: null }],
  chats: [
    {
      id: group,
      type: 'group',
      name: 'Project X',
      participants: [{ id: '79512746377469@lid', phone: '+5541998773200', name: 'Ana', admin: false }],
    },
  ],
  messages: [],
  ...change,
});

export const envelopeOf = (request: unknown) => {
  const parsed = parseIngestEnvelope(request, { receivedAt, ownAliases: [] });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.envelope;
};

export const fieldsOf = (request: unknown) => {
  const parsed = parseIngestEnvelope(request);
  return parsed.ok ? [] : parsed.fields.map(({ field }) => field);
};

export const item = (change: object = {}) => ({
  id: '3EB001',
  chatId: '491701234567@c.us',
  fromMe: false,
  sender: { id: '491701234567@c.us', phone: '+491701234567', name: 'Klaus' },
  timestamp: 1_795_300_000,
  type: 'text',
  text: 'Good morning',
  caption: null,
  media: null,
  location: null,
  contacts: null,
  poll: null,
  replyTo: null,
  forwarded: false,
  event: 'create',
  targetId: null,
  reaction: null,
  raw: {},
  ...change,
});

export const translate = (change: object = {}, request: unknown = body()): Translation =>
  translateIngestMessage(item(change), envelopeOf(request));

export const messageOf = (translation: Translation): IncomingMessage => {
  if (translation.kind !== 'message') throw new Error(JSON.stringify(translation));
  return translation.message;
};

export const phoneKey = (e164: string) => ({ kind: 'phone', key: `phone:${e164}` });
export const lidKey = (lid: string) => ({ kind: 'lid', key: `lid:${lid}` });
export const bothAliases = [phoneKey('+491701234567'), lidKey('4639135154355')];
export const peerOf = (translation: Translation) => {
  const { chat } = messageOf(translation);
  return chat.kind === 'direct' ? chat.peer : null;
};
export const bsuidKey = (scope: string, bsuid: string) => ({ kind: 'bsuid', key: `bsuid:${scope}/${bsuid}` });
