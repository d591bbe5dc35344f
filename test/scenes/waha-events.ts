import type { IncomingMessage, Translation } from '../../domain/message';
import { translateWaha } from '../../whatsapp/waha/translate';

export const receivedAt = new Date('2026-11-22T12:00:00Z');
export const sentAtSeconds = 1_795_300_000;
export const group = '120363321708924123@g.us';
export const own = { id: '4930111222@c.us', lid: '99887766554433@lid', pushName: 'Sales' };

export const translate = (event: string, payload: unknown, me: unknown = own): Translation => {
  const envelope = {
    id: 'evt_01',
    timestamp: sentAtSeconds * 1000,
    event,
    session: 'default',
    me,
    payload,
    engine: 'GOWS',
  };
  const translations = translateWaha(envelope, { receivedAt, ownAliases: [] });
  expect(translations).toHaveLength(1);
  return translations[0] as Translation;
};

export const messageOf = (translation: Translation): IncomingMessage => {
  if (translation.kind !== 'message') throw new Error(JSON.stringify(translation));
  return translation.message;
};

export const incoming = (change: object = {}) => ({
  id: 'false_491701234567@c.us_3EB001',
  timestamp: sentAtSeconds,
  from: '491701234567@c.us',
  to: '4930111222@c.us',
  fromMe: false,
  source: 'app',
  body: 'Good morning',
  hasMedia: false,
  ack: 2,
  vCards: [],
  _data: { notifyName: 'Klaus' },
  ...change,
});
export const outgoing = (change: object = {}) => ({
  ...incoming({
    id: 'true_491701234567@c.us_3EB002',
    fromMe: true,
    from: '4930111222@c.us',
    to: '491701234567@c.us',
  }),
  _data: { notifyName: 'Você' },
  ...change,
});
export const inGroup = (change: object = {}) => ({
  ...incoming({
    id: `false_${group}_3EB003_491701234567@c.us`,
    from: group,
    participant: '491701234567@c.us',
  }),
  ...change,
});

export const phoneKey = (e164: string) => ({ kind: 'phone', key: `phone:${e164}` });
export const lidKey = (lid: string) => ({ kind: 'lid', key: `lid:${lid}` });
export const klaus = { aliases: [phoneKey('+491701234567')], name: 'Klaus' };

export const bothAliases = [lidKey('4639135154355'), phoneKey('+491701234567')];

export const ownUnderLid = (change: object) =>
  outgoing({ id: 'true_4639135154355@lid_3EB002', to: '4639135154355@lid', ...change });
export const peerOf = (translation: Translation) => {
  const { chat } = messageOf(translation);
  return chat.kind === 'direct' ? chat.peer.aliases : null;
};
