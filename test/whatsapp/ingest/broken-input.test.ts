import fc from 'fast-check';
import { parseIngestEnvelope } from '../../../whatsapp/ingest/envelope';
import { translateIngestMessage } from '../../../whatsapp/ingest/translate';
import { group, body, envelopeOf, fieldsOf, item, translate } from '../../scenes/ingest-items';

const broken: [code: string, change: object][] = [
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

test('fields of a newer client change nothing of a message', () => {
  const newer = {
    ...{ colour: 'blue', constructor: 1, sender: { ...item().sender, mood: 'good' } },
    ...{ replyTo: { id: '3EB000', text: 'yes', emoji: 1 } },
  };
  const known = { replyTo: { id: '3EB000', text: 'yes' } };
  expect(translate(newer)).toEqual(translate(known));
  const raw = JSON.parse('{"__proto__":{"text":"forged"},"toString":1}') as object;
  expect(translate(Object.assign(Object.create(null) as object, raw))).toEqual(translate());
  expect(translateIngestMessage({ ...raw, ...item() }, envelopeOf(body()))).toEqual(translate());
});

test('a field that means nothing is named, unless its name could be somebody', () => {
  const unknownOf = (request: object) => envelopeOf(body(request)).unknownFields;
  expect(unknownOf({})).toEqual([]);
  expect(unknownOf({ colour: 1, messages: [item({ mood: 1 }), item({ mood: 2 }), 'x', null] })).toEqual([
    'colour',
    'messages.mood',
  ]);
  expect(unknownOf({ messages: [item({ '+491701234567': 1 }), item({ k491701234567: 1 })] })).toEqual([]);
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
  expect(fieldsOf(body({ colour: 1, shape: 2 }))).toEqual([]);
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
