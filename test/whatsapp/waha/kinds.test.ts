import type { IncomingMessage } from '../../../domain/message';
import { incoming, messageOf, translate } from '../../scenes/waha-events';

/** A message that has no body of WAHA's own, only what the engine saw: Baileys writes `message`, whatsmeow `Message`. */
const seen = (message: object, casing = 'message') =>
  translate('message.any', incoming({ body: null, _data: { [casing]: message } }));

const edited = { key: { id: '3AORIG' }, editedMessage: { conversation: 'new words' } };
const edits: [name: string, message: object, text: string | null][] = [
  [
    'in an envelope',
    { editedMessage: { message: { protocolMessage: { ...edited, type: 'MESSAGE_EDIT' } } } },
    'new words',
  ],
  ['bare', { protocolMessage: { ...edited, type: 14 } }, 'new words'],
  [
    'of a caption',
    {
      protocolMessage: {
        key: { ID: '3AORIG' },
        type: 14,
        editedMessage: { imageMessage: { caption: 'new words' } },
      },
    },
    'new words',
  ],
  [
    'encrypted',
    {
      messageContextInfo: {},
      secretEncryptedMessage: { targetMessageKey: { id: '3AORIG' }, secretEncType: 2, encPayload: 'x' },
    },
    null,
  ],
  ['encrypted (whatsmeow)', { secretEncryptedMessage: { targetMessageKey: { ID: '3AORIG' } } }, null],
];

test.each(edits)('an edit that comes only as a message is an edit: %s', (_name, message, text) => {
  for (const casing of ['message', 'Message']) {
    expect(messageOf(seen(message, casing))).toMatchObject({
      event: 'edit',
      stanzaId: '3AORIG',
      changeId: '3EB001',
      text,
    });
  }
});

test('an edit that comes as a message and as an edit is one change', () => {
  const once = incoming({ body: null, _data: { message: { protocolMessage: { ...edited, type: 14 } } } });
  const asMessage = messageOf(translate('message.any', once));
  expect(
    messageOf(translate('message.edited', { ...once, body: 'new words', editedMessageId: '3AORIG' })),
  ).toEqual(asMessage);
});

test('an encrypted edit that does not say what it changes is unreadable', () => {
  expect(seen({ secretEncryptedMessage: {} })).toMatchObject({ unreadable: { code: 'missing_target' } });
});

const ad = { title: 'Spring sale', body: 'Tap to chat', sourceUrl: 'https://fb.example/x' };
const kinds: [name: string, message: object, told: Partial<IncomingMessage>][] = [
  [
    'a tap on an ad',
    { extendedTextMessage: { contextInfo: { externalAdReply: ad } } },
    { kind: 'text', text: null, details: { ad: 'Spring sale' } },
  ],
  ['a list answer', { listResponseMessage: { title: 'Monday' } }, { kind: 'text', text: 'Monday' }],
  [
    'a button answer',
    { buttonsResponseMessage: { selectedDisplayText: 'Yes' } },
    { kind: 'text', text: 'Yes' },
  ],
  [
    'a business text',
    {
      interactiveMessage: {
        header: { title: 'Order 123' },
        body: { text: 'Confirm?' },
        footer: { text: 'Shop' },
      },
    },
    { kind: 'text', text: 'Order 123\nConfirm?\nShop' },
  ],
  ['a text without words', { extendedTextMessage: { text: '' } }, { kind: 'unsupported', text: null }],
  ...['', 'V2', 'V5', 'V9'].map((version): [string, object, Partial<IncomingMessage>] => [
    `a poll ${version}`,
    { [`pollCreationMessage${version}`]: { name: 'When?', options: [{ optionName: 'Mon' }] } },
    { kind: 'poll', text: null, details: { poll: { question: 'When?', options: ['Mon'] } } },
  ]),
  ...['V4', 'V6'].map((version): [string, object, Partial<IncomingMessage>] => [
    `a poll in its envelope ${version}`,
    {
      [`pollCreationMessage${version}`]: {
        message: { pollCreationMessage: { name: 'When?', options: [{ optionName: 'Mon' }] } },
      },
    },
    { kind: 'poll', text: null, details: { poll: { question: 'When?', options: ['Mon'] } } },
  ]),
];

test.each(kinds)('%s is told', (_name, message, told) => {
  for (const casing of ['message', 'Message']) expect(messageOf(seen(message, casing))).toMatchObject(told);
});

test.each(['interactive', 'hsm', 'list', 'rich_text', 'interactiveMessage', 'templateMessage'])(
  'a business text is its body alone: %s',
  (word) => {
    for (const _data of [{ type: word }, { message: { [word]: {} } }]) {
      expect(messageOf(translate('message.any', incoming({ body: 'Order 123', _data })))).toMatchObject({
        kind: 'text',
        text: 'Order 123',
      });
    }
  },
);

test.each([
  ['an album header', { albumMessage: { expectedImageCount: 3 } }],
  ['a pin', { pinInChatMessage: { type: 1 } }],
  ['a keep', { keepInChatMessage: { keepType: 1 } }],
  ['context alone', { messageContextInfo: {} }],
  ['a key', { messageContextInfo: {}, senderKeyDistributionMessage: { groupId: 'x' } }],
])('%s is no message', (_name, message) => {
  for (const casing of ['message', 'Message']) expect(seen(message, casing).kind).toBe('ignored');
});

test('an album header of whatsapp-web.js is no message', () => {
  expect(translate('message.any', incoming({ body: '', _data: { type: 'album' } })).kind).toBe('ignored');
});

test('what Baileys could not decrypt yet is unreadable until it comes again', () => {
  expect(
    translate('message.any', incoming({ body: null, _data: { messageStubType: 2, message: null } })),
  ).toMatchObject({ unreadable: { code: 'not_decrypted' } });
});

test('a name of invisible letters is no name', () => {
  const message = messageOf(translate('message.any', incoming({ _data: { pushName: '\u3164\u3164' } })));
  expect(message.sender?.name).toBeNull();
});
