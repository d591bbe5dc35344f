import { parseMessageId } from '../../whatsapp/message-id';
import { parseFileName, parsePersonName } from '../../whatsapp/names';
import { parseTimestamp } from '../../whatsapp/timestamp';

test.each([
  ['3EB0965B123D06E0B70741', ['3EB0965B123D06E0B70741', null, null, null]],
  ['false_491701234567@c.us_3EB01', ['3EB01', false, '491701234567@c.us', null]],
  ['true_4639135154355@lid_3EB01', ['3EB01', true, '4639135154355@lid', null]],
  ['true_491701234567_1:2@c.us_3EB01', ['3EB01', true, '491701234567_1:2@c.us', null]],
  ['false_12036@g.us_3EB01_46391@lid', ['3EB01', false, '12036@g.us', '46391@lid']],
  ['true_491701234567@c.us_3EB01_out', ['3EB01', true, '491701234567@c.us', null]],
  [
    'false_status@broadcast_3EB01_491701234567@c.us',
    ['3EB01', false, 'status@broadcast', '491701234567@c.us'],
  ],
  ['AC_12-3.4:5=', ['AC_12-3.4:5=', null, null, null]],
])('the message id %j', (id, [stanzaId, fromMe, chatJid, participantJid]) => {
  expect(parseMessageId(id)).toEqual({ stanzaId, fromMe, chatJid, participantJid });
});

test.each(['', ' ', 'two words', 'false_491701234567_3EB01', 'true_', 'ana@c.us', 'x'.repeat(129), 'ключ'])(
  '%j is no message id',
  (id) => {
    expect(parseMessageId(id)).toBeNull();
  },
);

const receivedAt = new Date('2026-11-22T12:00:00Z');

test.each([
  [1_790_000_000, '2026-09-21T14:13:20.000Z'],
  ['1790000000', '2026-09-21T14:13:20.000Z'],
  [1_790_000_000_123, '2026-09-21T14:13:20.123Z'],
  ['1790000000123', '2026-09-21T14:13:20.123Z'],
  [1_790_000_000.25, '2026-09-21T14:13:20.250Z'],
  [receivedAt.getTime() / 1000 + 86_400, '2026-11-23T12:00:00.000Z'],
])('the time %j', (value, iso) => {
  expect(parseTimestamp(value, receivedAt)?.toISOString()).toBe(iso);
});

test.each([
  0,
  -1,
  1,
  NaN,
  Infinity,
  1e300,
  '',
  'soon',
  '0x1',
  '2026-11-22',
  null,
  undefined,
  true,
  {},
  [1_790_000_000],
  receivedAt.getTime() / 1000 + 86_401,
])('%j is no time of a message', (value) => {
  expect(parseTimestamp(value, receivedAt)).toBeNull();
});

test.each([
  ['Ana Souza', 'Ana Souza'],
  ['  Ana \n Souza\u202e ', 'Ana Souza'],
  ['Любовь 7', 'Любовь 7'],
  ['🌵', '🌵'],
  ['x'.repeat(300), 'x'.repeat(128)],
])('the name %j is shown as %j', (value, name) => {
  expect(parsePersonName(value)).toBe(name);
});

test.each([
  'Você',
  'Voce\u0302',
  'YOU',
  '你',
  '491701234567',
  '+49 170 1234567',
  '491701234567@c.us',
  '...',
  '',
  ' ',
  null,
  7,
])('%j is no name', (value) => {
  expect(parsePersonName(value)).toBeNull();
});

test('a file keeps its own name, without folders', () => {
  expect(parseFileName('../../etc/Angebot 2026.pdf')).toBe('Angebot 2026.pdf');
  expect(parseFileName('C:\\temp\\a.b.pdf')).toBe('a.b.pdf');
  expect(parseFileName('Счет\u0000.pdf')).toBe('Счет .pdf');
  expect(parseFileName('folder/')).toBeNull();
  expect(parseFileName(undefined)).toBeNull();
});
