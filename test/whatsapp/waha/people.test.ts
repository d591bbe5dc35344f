import fc from 'fast-check';
import type { Translation } from '../../../domain/message';
import { translateWaha } from '../../../whatsapp/waha/translate';
import {
  receivedAt,
  sentAtSeconds,
  group,
  own,
  translate,
  messageOf,
  incoming,
  outgoing,
  inGroup,
  phoneKey,
  lidKey,
  klaus,
  bothAliases,
  ownUnderLid,
  peerOf,
} from '../../scenes/waha-events';

test('an incoming text is told with its person, time and words', () => {
  expect(translate('message.any', incoming())).toEqual({
    kind: 'message',
    message: {
      event: 'create',
      stanzaId: '3EB001',
      changeId: null,
      chat: { kind: 'direct', peer: klaus },
      fromMe: false,
      sender: klaus,
      sentAt: new Date(sentAtSeconds * 1000),
      kind: 'text',
      text: 'Good morning',
      fileName: null,
      quotedText: null,
      forwarded: false,
    },
  });
});

test('what WAHA may leave out is not needed', () => {
  const bare = { id: 'false_491701234567@c.us_3EB001', timestamp: sentAtSeconds, body: 'Good morning' };
  expect(
    translateWaha({ event: 'message.any', payload: bare }, { receivedAt, ownAliases: [] }),
  ).toMatchObject([{ kind: 'message', message: { stanzaId: '3EB001', kind: 'text', text: 'Good morning' } }]);
});

test('an own message is told to the peer, by nobody else and without a name', () => {
  expect(messageOf(translate('message.any', outgoing()))).toMatchObject({
    stanzaId: '3EB002',
    chat: { kind: 'direct', peer: { aliases: [phoneKey('+491701234567')], name: null } },
    fromMe: true,
    sender: null,
  });
});

test('message and message.any are one message, and a redelivery gives the same key', () => {
  expect(translate('message', incoming())).toEqual(translate('message.any', incoming()));
  expect(translate('message.any', incoming())).toEqual(translate('message.any', incoming()));
});

test('one message keeps its stanza id under a LID and under a phone', () => {
  const underLid = incoming({ id: 'false_4639135154355@lid_3EB001', from: '4639135154355@lid' });
  expect(messageOf(translate('message.any', underLid)).stanzaId).toBe('3EB001');
});

test('a group message has its group and its speaker', () => {
  expect(messageOf(translate('message.any', inGroup()))).toMatchObject({
    chat: { kind: 'group', groupJid: group, title: null },
    sender: klaus,
  });
  const ownInGroup = outgoing({ id: `true_${group}_3EB004`, to: group, participant: own.id });
  expect(messageOf(translate('message.any', ownInGroup))).toMatchObject({ fromMe: true, sender: null });
});

test.each([
  ['Baileys', { key: { remoteJid: '4639135154355@lid', remoteJidAlt: '491701234567@s.whatsapp.net' } }],
  ['whatsmeow', { Info: { SenderAlt: '491701234567:3@s.whatsapp.net', RecipientAlt: '' } }],
  ['whatsmeow in lower case', { info: { senderAlt: '491701234567@s.whatsapp.net' } }],
])('a LID is resolved by what %s tells beside it', (_engine, _data) => {
  const message = incoming({ id: 'false_4639135154355@lid_3EB001', from: '4639135154355@lid', _data });
  expect(messageOf(translate('message.any', message)).sender?.aliases).toEqual(bothAliases);
});

test('a phone learns its LID, and a group member both', () => {
  const direct = incoming({ _data: { Info: { SenderAlt: '4639135154355@lid' } } });
  expect(messageOf(translate('message.any', direct)).sender?.aliases).toEqual(bothAliases.toReversed());
  const member = inGroup({
    id: `false_${group}_3EB003_4639135154355@lid`,
    participant: '4639135154355@lid',
    _data: { key: { participantAlt: '491701234567@s.whatsapp.net' } },
  });
  expect(messageOf(translate('message.any', member)).sender?.aliases).toEqual(bothAliases);
});

test('a LID without a phone beside it stays a LID', () => {
  const message = incoming({ id: 'false_491701234567@lid_3EB001', from: '491701234567@lid', _data: {} });
  expect(messageOf(translate('message.any', message)).sender?.aliases).toEqual([lidKey('491701234567')]);
});

test('our own number beside an own message is never taken for the peer', () => {
  const baileys = ownUnderLid({ _data: { key: { remoteJidAlt: '4930111222@s.whatsapp.net' } } });
  const whatsmeow = ownUnderLid({ _data: { Info: { SenderAlt: '4930111222@s.whatsapp.net' } } });
  const toSelf = ownUnderLid({ to: '4930111222@c.us' });
  for (const message of [baileys, whatsmeow, toSelf]) {
    expect(peerOf(translate('message.any', message))).toEqual([lidKey('4639135154355')]);
    expect(peerOf(translate('message.any', message, null))).toEqual([lidKey('4639135154355')]);
  }
});

test('the peer of an own message is resolved when our own number is known', () => {
  const baileys = ownUnderLid({ _data: { key: { remoteJidAlt: '491701234567@s.whatsapp.net' } } });
  const whatsmeow = ownUnderLid({ _data: { Info: { RecipientAlt: '491701234567@s.whatsapp.net' } } });
  for (const message of [baileys, whatsmeow]) {
    expect(peerOf(translate('message.any', message))).toEqual(bothAliases);
    const ownAliases = [{ kind: 'phone' as const, key: 'phone:+4930111222' }];
    const envelope = { event: 'message.any', payload: message };
    const [translation] = translateWaha(envelope, { receivedAt, ownAliases });
    expect(peerOf(translation as Translation)).toEqual(bothAliases);
    expect(peerOf(translate('message.any', message, null))).toEqual([lidKey('4639135154355')]);
  }
});

test('our own Brazilian number is ours with and without its 9th digit', () => {
  const message = ownUnderLid({ _data: { key: { remoteJidAlt: '554198773200@s.whatsapp.net' } } });
  expect(peerOf(translate('message.any', message, { id: '5541998773200@c.us' }))).toEqual([
    lidKey('4639135154355'),
  ]);
});

test('the chat is found without `to`, and without a full id', () => {
  const withoutTo = outgoing({ to: undefined, from: '491701234567@c.us' });
  expect(peerOf(translate('message.any', withoutTo))).toEqual(klaus.aliases);
  expect(peerOf(translate('message.any', incoming({ id: '3EB001' })))).toEqual(klaus.aliases);
  expect(peerOf(translate('message.any', outgoing({ id: '3EB001' })))).toEqual(klaus.aliases);
  expect(
    peerOf(translate('message.any', incoming({ id: { _serialized: 'false_491701234567@c.us_3EB001' } }))),
  ).toEqual(klaus.aliases);
});

test.each([
  ['Klaus', { notifyName: 'Klaus' }],
  ['Klaus', { pushName: 'Klaus' }],
  ['Klaus', { Info: { PushName: 'Klaus' } }],
  [null, { pushName: 'Você' }],
  [null, { pushName: '491701234567' }],
  [null, {}],
  [null, null],
])('the name %j comes from %j', (name, _data) => {
  expect(messageOf(translate('message.any', incoming({ _data }))).sender?.name).toBe(name);
});

test('the digits of a LID never become a phone, wherever it stands', () => {
  const lid = fc.stringMatching(/^[1-9]\d{9,14}$/).map((digits) => `${digits}@lid`);
  fc.assert(
    fc.property(lid, lid, fc.boolean(), (chat, other, fromMe) => {
      const message = incoming({
        id: `${fromMe}_${chat}_3EB0`,
        from: chat,
        to: other,
        fromMe,
        author: other,
        _data: {
          key: { remoteJid: chat, remoteJidAlt: other, participantAlt: other },
          Info: { SenderAlt: other, RecipientAlt: chat },
        },
      });
      expect(JSON.stringify(translate('message.any', message))).not.toContain('phone:');
    }),
  );
});

test('a username that Baileys tells of the sender is kept beside the other names, and never taken from our own message', () => {
  const data = { key: { remoteJidUsername: 'Klaus.W' } };
  const username = { kind: 'username', key: 'username:klaus.w' };
  const sender = (translation: Translation) => messageOf(translation).sender?.aliases;
  expect(sender(translate('message', incoming({ _data: data })))).toEqual([
    phoneKey('+491701234567'),
    username,
  ]);
  const participant = { key: { participantUsername: 'klaus.w' } };
  expect(sender(translate('message', inGroup({ _data: participant })))).toContainEqual(username);
  const ours = messageOf(translate('message.any', outgoing({ _data: data })));
  expect(JSON.stringify(ours)).not.toContain('username');
});
