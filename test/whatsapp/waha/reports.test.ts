import { incoming, lidKey, messageOf, phoneKey, sentAtSeconds, translate } from '../../scenes/waha-events';

test('a message of an unknown kind to one of our devices is told by its placeholder', () => {
  const payload = incoming({ body: '', to: '126971112223334:9@lid', _data: { type: 'unknown' } });
  expect(messageOf(translate('message.any', payload))).toMatchObject({ kind: 'unsupported', fromMe: false });
});

test('a chat under a LID has the phone of its key, an empty participant is none', () => {
  const payload = incoming({
    ...{ id: 'false_4639135154355@lid_3EB001', from: '4639135154355@lid', participant: '' },
    _data: {
      key: { remoteJid: '4639135154355@lid', remoteJidAlt: '491701234567@s.whatsapp.net', fromMe: false },
    },
  });
  expect(messageOf(translate('message.any', payload)).chat).toMatchObject({
    peer: { aliases: [lidKey('4639135154355'), phoneKey('+491701234567')] },
  });
});

test('a reaction means the message by its stanza id, whatever direction and form its id has', () => {
  const reaction = { text: '👍', messageId: { _serialized: 'true_491701234567@c.us_3EB000', fromMe: true } };
  const payload = incoming({ timestamp: sentAtSeconds * 1_000 + 853, reaction });
  expect(messageOf(translate('message.reaction', payload))).toMatchObject({
    ...{ event: 'reaction', stanzaId: '3EB000', text: '👍', fromMe: false },
    sentAt: new Date(sentAtSeconds * 1_000 + 853),
  });
});

test('a time in words is refused: it would be the time of its processing', () => {
  const payload = incoming({ timestamp: '2026-11-22T10:00:00Z' });
  expect(translate('message.any', payload)).toMatchObject({ unreadable: { code: 'bad_timestamp' } });
});

test.each(['EPHEMERAL_SETTING', 'EPHEMERAL_SYNC_RESPONSE', 'REVOKE', 0, 3])(
  'the protocol’s message of type %s is none',
  (type) => {
    const _data = { message: { protocolMessage: { type, key: { id: '3EB000' } } } };
    expect(translate('message.any', incoming({ body: null, _data })).kind).toBe('ignored');
  },
);
