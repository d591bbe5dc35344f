import fc from 'fast-check';
import type { IncomingMessage, Translation } from '../../../domain/message';
import { parseIngestEnvelope } from '../../../whatsapp/ingest/envelope';
import { translateIngestMessage } from '../../../whatsapp/ingest/translate';

const receivedAt = new Date('2026-11-22T12:00:00Z');
const group = '120363321708924123@g.us';

const body = (change: object = {}) => ({
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

const envelopeOf = (request: unknown) => {
  const parsed = parseIngestEnvelope(request, { receivedAt, ownAliases: [] });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.fields));
  return parsed.envelope;
};

const fieldsOf = (request: unknown) => {
  const parsed = parseIngestEnvelope(request);
  return parsed.ok ? [] : parsed.fields.map(({ field }) => field);
};

const item = (change: object = {}) => ({
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

const translate = (change: object = {}, request: unknown = body()): Translation =>
  translateIngestMessage(item(change), envelopeOf(request));

const messageOf = (translation: Translation): IncomingMessage => {
  if (translation.kind !== 'message') throw new Error(JSON.stringify(translation));
  return translation.message;
};

const phoneKey = (e164: string) => ({ kind: 'phone', key: `phone:${e164}` });
const lidKey = (lid: string) => ({ kind: 'lid', key: `lid:${lid}` });
const bothAliases = [phoneKey('+491701234567'), lidKey('4639135154355')];
const peerOf = (translation: Translation) => {
  const { chat } = messageOf(translation);
  return chat.kind === 'direct' ? chat.peer : null;
};

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

const contents: [name: string, change: object, told: Partial<IncomingMessage>][] = [
  [
    'a captioned picture',
    { type: 'image', text: null, caption: 'Look', media: { mime: 'image/jpeg', size: 12, state: 'pending' } },
    { kind: 'image', text: 'Look' },
  ],
  [
    'a voice note',
    { type: 'voice', text: null, media: { mime: 'audio/ogg', durationMs: 14_000, state: 'unavailable' } },
    { kind: 'voice', text: null },
  ],
  [
    'a document',
    { type: 'document', text: '', media: { fileName: 'Offer.pdf', sha256: 'ab'.repeat(32) } },
    { kind: 'document', text: null, fileName: 'Offer.pdf' },
  ],
  [
    'a location',
    { type: 'location', text: null, location: { latitude: 52.52, longitude: 13.405, name: 'Office' } },
    { kind: 'location', text: 'Office (52.52, 13.405)' },
  ],
  [
    'contacts',
    { type: 'contacts', text: null, contacts: [{ name: 'Ana', phones: ['+55 41'] }, { vcard: 'FN:Bo' }] },
    { kind: 'contacts', text: 'Ana, +55 41\nBo' },
  ],
  [
    'a poll',
    { type: 'poll', text: null, poll: { question: 'Lunch?', options: ['Yes'] } },
    { kind: 'poll', text: 'Lunch?\n- Yes' },
  ],
  [
    'a poll of which only the text is known',
    { type: 'poll', text: 'Lunch?' },
    { kind: 'poll', text: 'Lunch?' },
  ],
  ['a call', { type: 'call', text: null }, { kind: 'call', text: null }],
  [
    'what the source does not support',
    { type: 'unsupported', text: null },
    { kind: 'unsupported', text: null },
  ],
  [
    'a location without a type',
    { type: undefined, location: { latitude: 1, longitude: 2 } },
    { kind: 'location' },
  ],
  ['a reply', { replyTo: { id: '3EB000', sender: '+491701234567', text: 'When?' } }, { quotedText: 'When?' }],
  ['a forwarded text', { forwarded: true }, { forwarded: true }],
  ['the longest text', { text: 'x'.repeat(65_536) }, { text: 'x'.repeat(65_536) }],
  [
    'a reaction',
    { event: 'reaction', text: null, reaction: '👍', targetId: '3EB000' },
    { event: 'reaction', stanzaId: '3EB000', changeId: '3EB001', text: '👍' },
  ],
  [
    'a reaction by its type',
    { event: undefined, type: 'reaction', reaction: '👍', targetId: '3EB000' },
    { event: 'reaction', text: '👍' },
  ],
  [
    'a reaction taken back',
    { event: 'reaction', text: null, reaction: null, targetId: '3EB000' },
    { event: 'reaction', text: '' },
  ],
  [
    'an edit',
    { event: 'edit', text: 'Good evening', targetId: 'true_491701234567@c.us_3EB000' },
    { event: 'edit', stanzaId: '3EB000', changeId: '3EB001', text: 'Good evening' },
  ],
  [
    'a revoke',
    { event: 'revoke', text: null, type: undefined, targetId: '3EB000' },
    { event: 'revoke', stanzaId: '3EB000', changeId: '3EB001', text: null },
  ],
];

test.each(contents)('%s is told', (_name, change, told) => {
  expect(messageOf(translate(change))).toMatchObject(told);
});

const broken: [code: string, change: object][] = [
  ['unknown_field', { colour: 'blue' }],
  ['unknown_field', { media: { mime: 'image/png', base64: 'AAAA' } }],
  ['bad_id', { id: '' }],
  ['bad_id', { id: undefined }],
  ['bad_id', { id: 'false_somewhere' }],
  ['bad_id', { id: 'true_491701234567@c.us_3EB001' }],
  ['bad_chat_id', { chatId: undefined }],
  ['bad_chat_id', { chatId: '0170 1234567' }],
  ['bad_chat_id', { chatId: '+999 1' }],
  ['bad_chat_id', { chatId: 'Klaus' }],
  ['bad_from_me', { fromMe: 'no' }],
  ['missing_from_me', { fromMe: undefined }],
  ['bad_timestamp', { timestamp: undefined }],
  ['bad_timestamp', { timestamp: '2026-11-22T12:00:00Z' }],
  ['bad_timestamp', { timestamp: 1_795_300_000 + 300_000_000 }],
  ['bad_type', { type: 'song' }],
  ['bad_event', { event: 'forget' }],
  ['bad_sender', { sender: { phone: '0170 1234567' } }],
  ['bad_sender', { sender: { id: 'Klaus' } }],
  ['missing_sender', { chatId: group, sender: null }],
  ['missing_text', { text: null }],
  ['missing_text', { text: '  ' }],
  ['missing_text', { event: 'edit', text: '', targetId: '3EB000' }],
  ['text_too_long', { text: 'x'.repeat(65_537) }],
  ['text_too_long', { caption: 'x'.repeat(65_537) }],
  ['missing_target', { event: 'edit' }],
  ['missing_target', { event: 'reaction', reaction: '👍' }],
  ['bad_target_id', { event: 'revoke', targetId: 'two words' }],
  ['bad_reply_to', { replyTo: { text: 7 } }],
];

test.each(broken)('%s: %j is kept with its reason', (code, change) => {
  const translation = translate(change);
  expect(translation).toMatchObject({ kind: 'unreadable', unreadable: { code } });
  expect(JSON.stringify(translation)).not.toMatch(/170|Klaus|morning|xxx|blue/);
});

test('an unknown field is named, unless its name could be somebody', () => {
  const reasonOf = (change: object) => JSON.stringify(translate(change));
  expect(reasonOf({ colour: 1 })).toContain('The field colour is unknown');
  expect(reasonOf({ sender: { colour: 1 } })).toContain('sender.colour');
  expect(reasonOf({ '+491701234567': 1 })).not.toContain('4917');
  expect(reasonOf({ k491701234567: 1 })).not.toContain('4917');
});

test.each([null, 7, 'text', [], [item()]])('the item %j is unreadable, not an error', (raw) => {
  expect(translateIngestMessage(raw, envelopeOf(body()))).toMatchObject({
    kind: 'unreadable',
    unreadable: { code: 'bad_message' },
  });
});

test.each([
  'status@broadcast',
  '120363144038483540@newsletter',
  '13135550002@c.us',
  '0@c.us',
  '4930111222@c.us',
  '+4930111222',
  '99887766554433@lid',
])('the chat %s is ignored', (chatId) => {
  expect(translate({ chatId, sender: null, fromMe: true }).kind).toBe('ignored');
});

test('a right envelope gives its account in plain form', () => {
  const { accountE164, ownAliases, messages } = envelopeOf(body({ messages: [1, null, item()] }));
  expect(accountE164).toBe('+4930111222');
  expect(ownAliases.map(({ key }) => key)).toContain('lid:99887766554433');
  expect(messages).toHaveLength(3);
  expect(envelopeOf({ messages: [] }).accountE164).toBeNull();
});

test('a wrong envelope names every wrong field and repeats no value', () => {
  expect(fieldsOf(null)).toEqual(['body']);
  expect(fieldsOf([])).toEqual(['body']);
  expect(fieldsOf({})).toEqual(['messages']);
  expect(fieldsOf({ messages: 'none' })).toEqual(['messages']);
  expect(fieldsOf({ messages: Array(201).fill({}) })).toEqual(['messages']);
  expect(fieldsOf({ messages: Array(200).fill({}) })).toEqual([]);
  expect(fieldsOf(body({ schema: '2' }))).toEqual(['schema']);
  expect(fieldsOf(body({ colour: 1, shape: 2 }))).toEqual(['colour', 'shape']);
  expect(fieldsOf(body({ account: { phone: '0170 1234567', mail: 'a' } }))).toEqual(['account.mail']);
  expect(fieldsOf(body({ account: { phone: '0170 1234567', lid: 'x' } }))).toEqual([
    'account.phone',
    'account.lid',
  ]);
  expect(fieldsOf(body({ identities: [{}, { phone: 'secret', lid: '+1' }] }))).toEqual([
    'identities.1.phone',
    'identities.1.lid',
  ]);
  expect(fieldsOf(body({ chats: [{ id: group, participants: [{ id: 'x', phone: '12' }] }] }))).toEqual([
    'chats.0.participants.0.phone',
  ]);
  expect(
    JSON.stringify(parseIngestEnvelope(body({ account: { phone: '0170 1234567' }, schema: 'secret' }))),
  ).not.toMatch(/0170|secret/);
});

test('whatever JSON arrives, nothing is thrown', () => {
  const envelope = envelopeOf(body());
  const fields = Object.keys(item());
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.constantFrom(...fields),
      fc.constantFrom('create', 'edit', 'reaction'),
      (value, field, event) => {
        parseIngestEnvelope(value);
        parseIngestEnvelope(body({ identities: value, chats: value }));
        translateIngestMessage(value, envelope);
        const { kind } = translateIngestMessage(
          item({ event, targetId: '3EB000', [field]: value }),
          envelope,
        );
        expect(['message', 'ignored', 'unreadable']).toContain(kind);
      },
    ),
    { numRuns: 500 },
  );
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

const bsuidKey = (scope: string, bsuid: string) => ({ kind: 'bsuid', key: `bsuid:${scope}/${bsuid}` });
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

const changed = (system: object, more: object = {}) =>
  translate({
    type: 'system',
    text: null,
    sender: null,
    system: { kind: 'number_changed', ...system },
    ...more,
  });

test('a notice of a changed number names the old and the new one, and is told in the chat', () => {
  const told = messageOf(changed({ phone: '+491709999999', bsuid: 'DE.2', lid: '4639135154355' }));
  expect(told).toMatchObject({
    kind: 'system',
    text: 'The number changed from +491701234567 to +491709999999.',
    numberChange: {
      from: phoneKey('+491701234567'),
      to: [phoneKey('+491709999999'), lidKey('4639135154355'), bsuidKey('account/unknown', 'DE.2')],
    },
  });
  const inNewChat = changed(
    { phone: '+491709999999', previousPhone: '+491701234567' },
    { chatId: '491709999999@c.us', text: 'Klaus changed the number' },
  );
  expect(messageOf(inNewChat)).toMatchObject({
    text: 'Klaus changed the number',
    numberChange: { from: phoneKey('+491701234567') },
  });
});

test.each([
  [{ phone: '0170 9999999' }, {}],
  [{ phone: '+491709999999', previousPhone: '0170' }, {}],
  [{ phone: '+491709999999', lid: 'x' }, {}],
  [{ phone: '+491709999999' }, { chatId: '4639135154355@lid' }],
  [{ phone: '+491709999999', kind: 'moved' }, {}],
  [{}, {}],
])('the notice %j %j is kept with its reason', (system, more) => {
  expect(changed(system, more)).toMatchObject({ kind: 'unreadable', unreadable: { code: 'bad_system' } });
});
