import fc from 'fast-check';
import { parseIngestEnvelope } from '../../../whatsapp/ingest/envelope';
import { translateIngestMessage } from '../../../whatsapp/ingest/translate';
import {
  receivedAt,
  group,
  body,
  envelopeOf,
  fieldsOf,
  item,
  translate,
  messageOf,
  phoneKey,
  lidKey,
  bothAliases,
  peerOf,
  bsuidKey,
} from '../../scenes/ingest-items';

test('a full item is told with its person, time and words', () => {
  const klaus = { aliases: bothAliases, name: 'Klaus' };
  expect(translate()).toEqual({
    kind: 'message',
    message: {
      event: 'create',
      stanzaId: '3EB001',
      changeId: null,
      chat: { kind: 'direct', peer: klaus },
      fromMe: false,
      sender: klaus,
      sentAt: new Date(1_795_300_000_000),
      kind: 'text',
      text: 'Good morning',
      fileName: null,
      quotedText: null,
      forwarded: false,
    },
  });
});

test('a short item is enough', () => {
  const short = {
    id: '3EB001',
    chatId: '+491701234567',
    fromMe: true,
    timestamp: '1795300000123',
    text: 'Hi',
  };
  expect(translateIngestMessage(short, envelopeOf({ messages: [short] }))).toMatchObject({
    kind: 'message',
    message: {
      stanzaId: '3EB001',
      fromMe: true,
      sender: null,
      sentAt: new Date(1_795_300_000_123),
      kind: 'text',
    },
  });
});

test('a redelivered item gives the same key, with a bare and with a full id', () => {
  const keyOf = (change: object) => {
    const { stanzaId, changeId, fromMe, chat } = messageOf(translate(change));
    return { stanzaId, changeId, fromMe, chat };
  };
  expect(keyOf({ id: 'false_491701234567@c.us_3EB001' })).toEqual(keyOf({}));
  expect(keyOf({ id: 'false_4639135154355@lid_3EB001', fromMe: undefined })).toEqual(keyOf({}));
});

test('a person is the same under each address of the chat', () => {
  for (const chatId of [
    '491701234567@c.us',
    '491701234567:3@s.whatsapp.net',
    '+491701234567',
    '+49 170 1234567',
  ]) {
    expect(peerOf(translate({ chatId, sender: null }))?.aliases).toEqual(bothAliases);
  }
  expect(peerOf(translate({ chatId: '4639135154355@lid', sender: null }))?.aliases).toEqual(
    bothAliases.toReversed(),
  );
});

test('the peer of an own message is the chat, whoever is named as sender', () => {
  const sender = { id: '4930111222@c.us', phone: '+4930111222', name: 'Sales' };
  expect(messageOf(translate({ fromMe: true, sender }))).toMatchObject({
    chat: { kind: 'direct', peer: { aliases: bothAliases, name: null } },
    fromMe: true,
    sender: null,
  });
});

test('a LID that nobody resolves stays a LID, and one that its sender resolves gets its phone', () => {
  const chatId = '55512746377469@lid';
  expect(peerOf(translate({ chatId, sender: { name: 'Bo' } }))).toEqual({
    aliases: [lidKey('55512746377469')],
    name: 'Bo',
  });
  expect(peerOf(translate({ chatId, sender: { phone: '+33612345678' } }))?.aliases).toEqual([
    lidKey('55512746377469'),
    phoneKey('+33612345678'),
  ]);
});

test('pairs that contradict each other are not believed, in whatever order', () => {
  const identities = [
    { lid: '4639135154355@lid', phone: '+491701234567' },
    { lid: '4639135154355@lid', phone: '+33612345678' },
    { lid: '11139135154355@lid', phone: '+33699999999' },
    { lid: '22239135154355@lid', phone: '+33699999999' },
  ];
  for (const order of [identities, identities.toReversed()]) {
    const aliasesOf = (chatId: string) =>
      peerOf(translate({ chatId, sender: null }, body({ identities: order })))?.aliases;
    expect(aliasesOf('4639135154355@lid')).toEqual([lidKey('4639135154355')]);
    expect(aliasesOf('11139135154355@lid')).toEqual([lidKey('11139135154355')]);
    expect(aliasesOf('33699999999@c.us')).toEqual([phoneKey('+33699999999')]);
  }
});

test('our own number never becomes the peer', () => {
  const identities = [{ lid: '4639135154355@lid', phone: '+4930111222' }];
  expect(
    peerOf(translate({ chatId: '4639135154355@lid', sender: null }, body({ identities })))?.aliases,
  ).toEqual([lidKey('4639135154355')]);
  const parsed = parseIngestEnvelope(body({ account: null }), {
    receivedAt,
    ownAliases: [{ kind: 'phone', key: 'phone:+491701234567' }],
  });
  expect(parsed.ok && translateIngestMessage(item(), parsed.envelope).kind).toBe('ignored');
});

test('a group message has its title and its speaker by all names', () => {
  expect(messageOf(translate({ chatId: group, sender: { id: '79512746377469@lid' } }))).toMatchObject({
    chat: { kind: 'group', groupJid: group, title: 'Project X' },
    sender: { aliases: [lidKey('79512746377469'), phoneKey('+5541998773200')], name: 'Ana' },
  });
  const id = `false_${group}_3EB001_79512746377469@lid`;
  expect(messageOf(translate({ id, chatId: group, sender: null })).sender?.name).toBe('Ana');
  expect(messageOf(translate({ chatId: group, fromMe: true, sender: null })).sender).toBeNull();
});

test('a direct chat lends its name, and digits lend none', () => {
  const chats = [{ id: '491701234567@c.us', type: 'direct', name: 'Klaus Weber' }];
  expect(peerOf(translate({ sender: null }, body({ chats })))?.name).toBe('Klaus Weber');
  expect(peerOf(translate({ fromMe: true, sender: null }, body({ chats })))?.name).toBe('Klaus Weber');
  expect(peerOf(translate({ sender: { name: '+49 170 1234567' } }))?.name).toBeNull();
});

test('the digits of a LID never become a phone, wherever it stands', () => {
  const digits = fc.stringMatching(/^[1-9]\d{9,14}$/);
  const lid = fc
    .tuple(digits, fc.constantFrom('', ':3', '_1', '_1:2'), fc.constantFrom('lid', 'hosted.lid', 'LID'))
    .map(([user, device, server]) => `${user}${device}@${server}`);
  fc.assert(
    fc.property(lid, lid, fc.constantFrom('direct', 'group'), (one, other, kind) => {
      const request = {
        messages: [],
        identities: [
          { lid: one, bsuid: 'US.1' },
          { lid: other, username: 'ana' },
        ],
        chats: [{ id: one, participants: [{ id: other, name: 'Ana' }] }],
      };
      const change = { chatId: kind === 'group' ? group : one, sender: { id: other, name: 'Ana' } };
      expect(JSON.stringify(messageOf(translate(change, request)))).not.toContain('phone:');
      expect(JSON.stringify(envelopeOf(request).identities)).not.toContain('phone:');
    }),
  );
});

test('the LID of an id, of a sender and of our own never becomes a phone', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[1-9]\d{9,14}$/), (user) => {
      const id = `false_${group}_3EB001_${user}@lid`;
      const request = body({ account: { lid: user }, identities: [{ lid: user, bsuid: 'US.1' }] });
      const told = translate({ id, chatId: group, sender: null }, body());
      expect(messageOf(told).sender?.aliases).toEqual([lidKey(user)]);
      expect(JSON.stringify(envelopeOf(request).ownAliases)).not.toContain(`phone:+${user}`);
      // A LID as a phone is refused, never read as one.
      expect(fieldsOf(body({ identities: [{ phone: `${user}@lid` }] }))).toEqual(['identities.0.phone']);
    }),
  );
});

const usernameKey = (username: string) => ({ kind: 'username', key: `username:${username}` });

test('a BSUID counts within the portfolio that the request tells, else within the account', () => {
  const identities = [{ phone: '+491701234567', bsuid: 'DE.1', username: '@Klaus.W' }];
  const aliasesOf = (account: object | null, accountId?: string) => {
    const context = { receivedAt, ownAliases: [], ...(accountId ? { accountId } : {}) };
    const parsed = parseIngestEnvelope(body({ account, identities }), context);
    return parsed.ok ? parsed.envelope.identities.flatMap(({ aliases }) => aliases) : [];
  };
  expect(aliasesOf({ portfolio: '1203' }, 'a1')).toEqual(
    expect.arrayContaining([
      phoneKey('+491701234567'),
      bsuidKey('portfolio/1203', 'DE.1'),
      usernameKey('klaus.w'),
    ]),
  );
  expect(aliasesOf(null, 'a1')).toContainEqual(bsuidKey('account/a1', 'DE.1'));
  expect(aliasesOf(null, 'a2')).toContainEqual(bsuidKey('account/a2', 'DE.1'));
});

test('a chat, a sender and a participant may be told by BSUID and username', () => {
  const scope = 'account/unknown';
  const sender = { name: 'Bo', username: 'bo.7', bsuid: 'US.2' };
  expect(peerOf(translate({ chatId: 'US.2', sender }))).toEqual({
    aliases: [bsuidKey(scope, 'US.2'), usernameKey('bo.7')],
    name: 'Bo',
  });
  const chats = [{ id: group, participants: [{ id: 'US.3', phone: '+33612345678', username: 'eve' }] }];
  const told = translate({ chatId: group, sender: { id: 'US.3' } }, body({ chats }));
  expect(messageOf(told).sender?.aliases).toEqual([
    bsuidKey(scope, 'US.3'),
    phoneKey('+33612345678'),
    usernameKey('eve'),
  ]);
  expect(translate({ chatId: group, sender: { username: 'eve' } })).toMatchObject({
    unreadable: { code: 'missing_sender' },
  });
  expect(fieldsOf(body({ identities: [{ bsuid: 'nonsense' }] }))).toEqual(['identities.0.bsuid']);
  expect(fieldsOf(body({ account: { portfolio: 'a/b' } }))).toEqual(['account.portfolio']);
});

test('the address book gives everyone of whom more than one name is known, and none of us', () => {
  const { identities } = envelopeOf(
    body({
      identities: [
        { lid: '4639135154355', phone: '+491701234567' },
        { lid: '5550001', phone: '+4930111222' },
        { lid: '7770001' },
      ],
    }),
  );
  expect(identities.map(({ aliases, name }) => [aliases.map(({ key }) => key).sort(), name])).toEqual([
    [['lid:4639135154355', 'phone:+491701234567'], null],
    [['lid:79512746377469', 'phone:+5541998773200'], 'Ana'],
  ]);
});
