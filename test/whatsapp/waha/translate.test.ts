import fc from 'fast-check';
import type { IncomingMessage, Translation } from '../../../domain/message';
import { readSessionStatus } from '../../../whatsapp/waha/session-status';
import { translateWaha } from '../../../whatsapp/waha/translate';

const receivedAt = new Date('2026-11-22T12:00:00Z');
const sentAtSeconds = 1_795_300_000;
const group = '120363321708924123@g.us';
const own = { id: '4930111222@c.us', lid: '99887766554433@lid', pushName: 'Sales' };

const translate = (event: string, payload: unknown, me: unknown = own): Translation => {
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

const messageOf = (translation: Translation): IncomingMessage => {
  if (translation.kind !== 'message') throw new Error(JSON.stringify(translation));
  return translation.message;
};

const incoming = (change: object = {}) => ({
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
const outgoing = (change: object = {}) => ({
  ...incoming({
    id: 'true_491701234567@c.us_3EB002',
    fromMe: true,
    from: '4930111222@c.us',
    to: '491701234567@c.us',
  }),
  _data: { notifyName: 'Você' },
  ...change,
});
const inGroup = (change: object = {}) => ({
  ...incoming({
    id: `false_${group}_3EB003_491701234567@c.us`,
    from: group,
    participant: '491701234567@c.us',
  }),
  ...change,
});

const phoneKey = (e164: string) => ({ kind: 'phone', key: `phone:${e164}` });
const lidKey = (lid: string) => ({ kind: 'lid', key: `lid:${lid}` });
const klaus = { aliases: [phoneKey('+491701234567')], name: 'Klaus' };

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

const bothAliases = [lidKey('4639135154355'), phoneKey('+491701234567')];

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

const ownUnderLid = (change: object) =>
  outgoing({ id: 'true_4639135154355@lid_3EB002', to: '4639135154355@lid', ...change });
const peerOf = (translation: Translation) => {
  const { chat } = messageOf(translation);
  return chat.kind === 'direct' ? chat.peer.aliases : null;
};

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

const file = { url: 'http://waha/api/files/1', mimetype: 'application/pdf', filename: 'Offer.pdf' };
const contents: [name: string, change: object, told: Partial<IncomingMessage>][] = [
  [
    'a picture',
    { hasMedia: true, media: { mimetype: 'image/jpeg' } },
    { kind: 'image', text: 'Good morning' },
  ],
  [
    'a picture that was not fetched',
    { hasMedia: true, media: null, body: '', _data: { type: 'image' } },
    { kind: 'image', text: null },
  ],
  ['a video', { hasMedia: true, media: { mimetype: 'video/mp4' } }, { kind: 'video' }],
  [
    'a sound',
    { hasMedia: true, media: { mimetype: 'audio/mpeg' }, body: null },
    { kind: 'audio', text: null },
  ],
  ['a voice note (whatsapp-web.js)', { hasMedia: true, _data: { type: 'ptt' } }, { kind: 'voice' }],
  [
    'a voice note (Baileys)',
    { hasMedia: true, _data: { message: { audioMessage: { ptt: true } } } },
    { kind: 'voice' },
  ],
  [
    'a voice note (whatsmeow)',
    { hasMedia: true, _data: { Message: { audioMessage: { PTT: true } } } },
    { kind: 'voice' },
  ],
  [
    'a document',
    { hasMedia: true, media: file, body: 'Offer.pdf' },
    { kind: 'document', text: null, fileName: 'Offer.pdf' },
  ],
  ['a document with a caption', { hasMedia: true, media: file }, { kind: 'document', text: 'Good morning' }],
  [
    'a captioned document inside its wrapper',
    {
      hasMedia: true,
      _data: {
        message: {
          messageContextInfo: {},
          documentWithCaptionMessage: { message: { documentMessage: { fileName: 'a.pdf' } } },
        },
      },
    },
    { kind: 'document', fileName: 'a.pdf' },
  ],
  [
    'a sticker',
    { hasMedia: true, media: { mimetype: 'image/webp' }, body: '', _data: { type: 'sticker' } },
    { kind: 'sticker' },
  ],
  ['a file of no known kind', { hasMedia: true, body: '' }, { kind: 'document', text: null }],
  [
    'a location',
    { body: '/9j/4AAQ', location: { latitude: '52.52', longitude: 13.405, description: 'Office' } },
    { kind: 'location', text: 'Office (52.52, 13.405)' },
  ],
  [
    'a location in Baileys’ words',
    {
      body: null,
      _data: {
        message: { locationMessage: { degreesLatitude: 1.5, degreesLongitude: 2.5, address: 'Main St' } },
      },
    },
    { kind: 'location', text: 'Main St (1.5, 2.5)' },
  ],
  [
    'a contact card',
    { body: 'BEGIN:VCARD', vCards: ['BEGIN:VCARD\nFN:Ana\nTEL;type=CELL:+55 41 99877-3200\nEND:VCARD'] },
    { kind: 'contacts', text: 'Ana, +55 41 99877-3200' },
  ],
  [
    'contact cards in Baileys’ words',
    {
      body: null,
      _data: {
        message: {
          contactsArrayMessage: {
            displayName: '2 contacts',
            contacts: [{ displayName: 'Ana', vcard: 'FN:A' }, { vcard: 'FN:Bo' }],
          },
        },
      },
    },
    { kind: 'contacts', text: 'Ana\nBo' },
  ],
  [
    'a poll',
    {
      body: null,
      _data: {
        message: {
          pollCreationMessageV3: { name: 'Lunch?', options: [{ optionName: 'Yes' }, { optionName: 'No' }] },
        },
      },
    },
    { kind: 'poll', text: 'Lunch?\n- Yes\n- No' },
  ],
  [
    'a poll (whatsapp-web.js)',
    { body: '', _data: { type: 'poll_creation', pollName: 'Lunch?', pollOptions: [{ name: 'Yes' }] } },
    { kind: 'poll', text: 'Lunch?\n- Yes' },
  ],
  [
    'a view-once picture',
    {
      hasMedia: true,
      body: '',
      _data: { message: { viewOnceMessageV2: { message: { imageMessage: {} } } } },
    },
    { kind: 'image' },
  ],
  ['a call', { body: '', _data: { type: 'call_log' } }, { kind: 'call', text: null }],
  ['an order', { body: '', _data: { type: 'order' } }, { kind: 'unsupported', text: null }],
  [
    'what nobody knows',
    { body: '', _data: { message: { newThingMessage: {} } } },
    { kind: 'unsupported', text: null },
  ],
  ['an empty message', { body: null, _data: null }, { kind: 'unsupported', text: null }],
  [
    'a reply',
    { replyTo: { id: '3EB000', body: 'Shall we meet?' } },
    { kind: 'text', quotedText: 'Shall we meet?' },
  ],
  ['a forwarded text', { _data: { isForwarded: true } }, { kind: 'text', forwarded: true }],
  [
    'a forwarded text (Baileys)',
    { _data: { message: { extendedTextMessage: { contextInfo: { isForwarded: true } } } } },
    { kind: 'text', forwarded: true },
  ],
];

test.each(contents)('%s is told', (_name, change, told) => {
  expect(messageOf(translate('message.any', incoming(change)))).toMatchObject(told);
});

test('a reaction tells which message it is for, and an empty one takes it back', () => {
  const reaction = (text: string, messageId: string) =>
    incoming({
      id: 'false_491701234567@c.us_3EB010',
      timestamp: 1795300000.853,
      reaction: { text, messageId },
    });
  expect(
    messageOf(translate('message.reaction', reaction('👍', 'true_491701234567@c.us_3EB002'))),
  ).toMatchObject({
    event: 'reaction',
    stanzaId: '3EB002',
    changeId: '3EB010',
    text: '👍',
    fromMe: false,
    sentAt: new Date(1_795_300_000_853),
  });
  expect(messageOf(translate('message.reaction', reaction('', '3EB002')))).toMatchObject({
    stanzaId: '3EB002',
    text: '',
  });
});

test('an edit tells the new words of the message it changes', () => {
  const edit = incoming({
    id: 'false_491701234567@c.us_3EB011',
    editedMessageId: '3EB001',
    body: 'Good evening',
    _data: { message: { protocolMessage: { type: 14, editedMessage: { conversation: 'Good evening' } } } },
  });
  expect(messageOf(translate('message.edited', edit))).toMatchObject({
    event: 'edit',
    stanzaId: '3EB001',
    changeId: '3EB011',
    kind: 'text',
    text: 'Good evening',
  });
  const bare = { ...edit, _data: { Message: { protocolMessage: { type: 14 } } } };
  expect(messageOf(translate('message.edited', bare))).toMatchObject({ kind: 'text', text: 'Good evening' });
});

test('two edits under one id are two changes, and each redelivered is one', () => {
  const edit = (body: string) => incoming({ editedMessageId: 'false_491701234567@c.us_3EB001', body });
  const changeIdOf = (body: string) => messageOf(translate('message.edited', edit(body))).changeId;
  expect(changeIdOf('one')).toBe(changeIdOf('one'));
  expect(changeIdOf('one')).not.toBe(changeIdOf('two'));
});

test('a revoke tells which message is gone', () => {
  const after = incoming({ id: 'false_491701234567@c.us_3EB012', body: '' });
  const told = { event: 'revoke', stanzaId: '3EB001', changeId: '3EB012', text: null };
  expect(
    messageOf(translate('message.revoked', { revokedMessageId: '3EB001', after, before: null })),
  ).toMatchObject(told);
  expect(messageOf(translate('message.revoked', { ...after, revokedMessageId: '3EB001' }))).toMatchObject(
    told,
  );
  expect(messageOf(translate('message.revoked', { after, before: incoming() }))).toMatchObject(told);
});

test.each([
  ['a story', incoming({ id: 'false_status@broadcast_3EB0_491701234567@c.us', from: 'status@broadcast' })],
  ['a channel', incoming({ id: 'false_120363144038483540@newsletter_3EB0' })],
  ['a broadcast list', outgoing({ id: 'true_1234567890@broadcast_3EB0' })],
  ['Meta AI', incoming({ id: 'false_13135550002@c.us_3EB0' })],
  ['WhatsApp itself', incoming({ id: 'false_0@c.us_3EB0' })],
  ['a note to ourselves', outgoing({ id: 'true_4930111222@c.us_3EB0_out', to: '4930111222@c.us' })],
  ['a note to ourselves under our LID', outgoing({ id: 'true_99887766554433@lid_3EB0' })],
  ['an encryption notice', incoming({ _data: { type: 'e2e_notification' } })],
  ['a group notice', inGroup({ _data: { type: 'gp2' } })],
  ['a key exchange', incoming({ body: null, _data: { message: { protocolMessage: { type: 5 } } } })],
  [
    'a reaction that comes as a message',
    incoming({ body: null, _data: { message: { reactionMessage: {} } } }),
  ],
])('%s is ignored', (_name, payload) => {
  expect(translate('message.any', payload).kind).toBe('ignored');
});

test.each([
  'message.ack',
  'message.ack.group',
  'message.waiting',
  'presence.update',
  'session.status',
  'call.received',
  'poll.vote',
])('the event %s is ignored and says so', (event) => {
  expect(translate(event, { anything: true })).toEqual({
    kind: 'ignored',
    reason: `not a message: ${event}`,
  });
});

const broken: [code: string, event: string, payload: unknown][] = [
  ['bad_payload', 'message.any', null],
  ['bad_payload', 'message.any', incoming({ id: 7 })],
  ['bad_payload', 'message.any', incoming({ body: { text: 'secret words' } })],
  ['bad_payload', 'message.reaction', incoming()],
  ['bad_payload', 'message.revoked', { revokedMessageId: '3EB001' }],
  ['bad_id', 'message.any', incoming({ id: 'false_nothing' })],
  ['bad_id', 'message.any', incoming({ id: '' })],
  ['bad_chat_id', 'message.any', incoming({ id: 'false_ana@c.us_3EB001' })],
  ['bad_chat_id', 'message.any', incoming({ id: '3EB001', from: null })],
  ['missing_from_me', 'message.any', incoming({ id: '3EB001', fromMe: null })],
  ['missing_sender', 'message.any', inGroup({ id: `false_${group}_3EB003`, participant: null })],
  ['bad_timestamp', 'message.any', incoming({ timestamp: 'soon' })],
  ['bad_timestamp', 'message.any', incoming({ timestamp: sentAtSeconds + 300_000_000 })],
  ['missing_target', 'message.edited', incoming()],
  ['missing_target', 'message.reaction', incoming({ reaction: { text: '👍' } })],
  ['missing_target', 'message.revoked', { after: incoming(), before: null }],
  ['not_decrypted', 'message.any', incoming({ body: '', _data: { type: 'ciphertext' } })],
];

test.each(broken)('%s: %s that cannot be understood', (code, event, payload) => {
  const translation = translate(event, payload);
  expect(translation).toMatchObject({ kind: 'unreadable', unreadable: { code } });
  expect(JSON.stringify(translation)).not.toMatch(/4917|Klaus|secret|morning/);
});

test('only a session.status event tells a state, and only one that we know', () => {
  expect(readSessionStatus({ event: 'session.status', payload: { status: 'WORKING', statuses: [] } })).toBe(
    'WORKING',
  );
  expect(readSessionStatus({ event: 'session.status', payload: { status: 'DANCING' } })).toBeNull();
  expect(readSessionStatus({ event: 'message', payload: { status: 'WORKING' } })).toBeNull();
  expect(readSessionStatus(null)).toBeNull();
});

const events = ['message.any', 'message.reaction', 'message.edited', 'message.revoked'];

test('whatever JSON arrives, a translation comes out and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.constantFrom(...events), fc.jsonValue(), fc.jsonValue(), (event, payload, data) => {
      translateWaha(payload);
      translateWaha({ event, payload });
      const bent = { ...incoming({ _data: data }), ...(typeof payload === 'object' ? payload : {}) };
      expect(translateWaha({ event, me: data, payload: bent })).toHaveLength(1);
    }),
  );
});

test('any field may be anything and nothing is thrown', () => {
  const fields = Object.keys(
    incoming({ reaction: {}, editedMessageId: '', location: {}, media: {}, replyTo: {}, after: {} }),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...events),
      fc.constantFrom(...fields),
      fc.jsonValue(),
      (event, field, value) => {
        const payload = incoming({
          editedMessageId: '3EB0',
          reaction: { text: '', messageId: '3EB0' },
          [field]: value,
        });
        expect(translateWaha({ event, me: own, payload })).toHaveLength(1);
      },
    ),
    { numRuns: 500 },
  );
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
