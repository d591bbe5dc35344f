import fc from 'fast-check';
import { decode } from '../../../whatsapp/export/decode';
import { readChat, type ExportedMessage } from '../../../whatsapp/export/read-chat';
import { surveyChat, UnknownFormError } from '../../../whatsapp/export/survey';
import { locales, type PhoneLocale } from './locales';

const now = new Date('2026-11-26T12:00:00Z');

async function* inChunks(bytes: Buffer, size = bytes.length || 1): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

async function read(bytes: Buffer, files: readonly string[] = [], chunk?: number) {
  const survey = await surveyChat(decode(inChunks(bytes, chunk)), now);
  const [dayOrder] = survey.dayOrders;
  const messages: ExportedMessage[] = [];
  if (!dayOrder) return { survey, messages };
  const rules = { dayOrder, written: new Set(survey.written), files: new Set(files) };
  for await (const one of readChat(decode(inChunks(bytes, chunk)), rules)) if (one) messages.push(one);
  return { survey, messages };
}

const name = fc.constantFrom(
  'Anna',
  'Anna Müller',
  'ACME: Sales',
  '+49 170 1234567',
  'Иван',
  '王小明',
  'Zoë (work)',
  'A - B',
);
const line = fc
  .array(
    fc.constantFrom(
      'hi',
      'price: 12',
      '10:30 - ok?',
      '[x]',
      'ülk',
      '你好',
      '😀',
      '<b>',
      '12/10',
      'מה',
      'a: b: c',
    ),
    {
      minLength: 1,
      maxLength: 5,
    },
  )
  .map((words) => words.join(' '));
const text = fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => lines.join('\n'));
const said = fc.record({
  speaker: fc.integer({ min: 0, max: 1 }),
  minutes: fc.integer({ min: 0, max: 20_000 }),
  what: fc.oneof(
    { weight: 4, arbitrary: text },
    fc.constant({ isLeftOut: true }),
    fc.constant({ isAttached: true }),
  ),
});
const talk = fc.record({
  speakers: fc.uniqueArray(name, { minLength: 2, maxLength: 2 }),
  said: fc.array(said, { minLength: 6, maxLength: 20 }),
});

interface Line {
  author: string;
  at: Date;
  what: string | { isLeftOut?: boolean; isAttached?: boolean };
}

const fileName = 'a.b Счет 2025 (1).pdf';

function toTalk({
  speakers,
  said: all,
}: {
  speakers: string[];
  said: { speaker: number; minutes: number; what: Line['what'] }[];
}) {
  // Both days of a month that tell it from its days are in it, and names that have a colon are heard thrice.
  let at = Date.UTC(2024, 0, 25, 9, 7);
  const more = [0, 1, 0, 1, 0, 1].map((speaker) => ({ speaker, minutes: 3_000, what: 'ok' }));
  return [...more, ...all].map(({ speaker, minutes, what }): Line => {
    at += minutes * 60_000;
    return { author: speakers[speaker] ?? '', at: new Date(at), what };
  });
}

const timeOf = (at: Date) => ({
  ...{ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() },
  ...{ hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: 0 },
});

function write(lines: readonly Line[], { stamp, leftOut, attached }: PhoneLocale): string {
  return lines
    .map(({ author, at, what }) => {
      const words = typeof what === 'string' ? what : what.isLeftOut ? leftOut : attached(fileName);
      return `${stamp(timeOf(at))}${author}: ${words}\n`;
    })
    .join('');
}

test.each(locales)('a chat of $name is parsed back to itself', async (locale) => {
  await fc.assert(
    fc.asyncProperty(talk, fc.integer({ min: 1, max: 50 }), async (generated, chunk) => {
      const lines = toTalk(generated);
      const { survey, messages } = await read(Buffer.from(write(lines, locale)), [fileName], chunk);
      expect(survey.dayOrders).toHaveLength(1);
      expect(
        messages.map(({ author, at, said: { text: words, file } }) => ({
          author,
          at,
          words,
          file: file?.name,
        })),
      ).toEqual(
        lines.map(({ author, at, what }) => ({
          author,
          at: { ...timeOf(at), second: locale.name.startsWith('iPhone') ? 0 : null },
          words: typeof what === 'string' ? what : null,
          file: typeof what === 'string' ? undefined : what.isLeftOut ? null : fileName,
        })),
      );
    }),
    { numRuns: 25 },
  );
});

test('any text gives an answer', async () => {
  const pieces = fc.constantFrom(
    ...[
      '10/12/24, 14:03 - ',
      '[10/12/24, 14:03:22] ',
      'Anna: ',
      '\u200e',
      '\n',
      '\r\n',
      '\ufeff',
      ': ',
      '<attached: x>',
      '٣',
    ],
    ...['2024', '/', '-', ', ', 'a. m.', '(file attached)', '"', '\u0000', '\ud800', '99:99 - '],
  );
  const any = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }).map((one) => Buffer.from(one)),
    fc.array(pieces, { maxLength: 30 }).map((all) => Buffer.from(all.join(''))),
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  );
  await fc.assert(
    fc.asyncProperty(any, async (bytes) => {
      const answer = await read(bytes).catch((error: Error) => error);
      if (answer instanceof Error) expect(answer.name).toBe('UnknownFormError');
      else expect(answer.messages.length).toBeLessThanOrEqual(answer.survey.pieces);
    }),
    { numRuns: 300 },
  );
});

const day1 = '25.12.24, 14:03 - ';
test.each([
  [
    'UTF-16 with a mark',
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${day1}Jürgen: grün`, 'utf16le')]),
  ],
  ['UTF-16 without one', Buffer.from(`${day1}Jürgen: grün`, 'utf16le')],
  ['UTF-16 the other way round', Buffer.from(`\ufeff${day1}Jürgen: grün`, 'utf16le').swap16()],
  ['CP1252', Buffer.from(`${day1}Jürgen: grün`, 'latin1')],
  ['UTF-8 with a mark', Buffer.from(`\ufeff${day1}Jürgen: grün\r\n`)],
])('a file in %s is read', async (_encoding, bytes) => {
  const { messages } = await read(bytes);
  expect(messages.map(({ author, said: { text: words } }) => [author, words])).toEqual([['Jürgen', 'grün']]);
});

test.each([
  ['nothing tells the day from the month', '10/12/24, 14:03 - A: x\n11/12/24, 14:03 - A: y', ['dmy', 'mdy']],
  ['one day tells it', '10/12/24, 14:03 - A: x\n13/12/24, 14:03 - A: y', ['dmy']],
  ['the other way round', '12/10/24, 14:03 - A: x\n12/13/24, 14:03 - A: y', ['mdy']],
  ['a chat is in order', '11/09/24, 14:03 - A: x\n12/09/24, 14:03 - A: y\n01/10/24, 14:03 - A: z', ['dmy']],
  ['nothing was said tomorrow', '01/12/26, 14:03 - A: x', ['mdy']],
  ['a day that is the same in both', '10/10/24, 14:03 - A: x', ['dmy']],
  ['a year in front', '2024/10/12, 14:03 - A: x', ['ymd']],
])('the order of day and month: %s', async (_why, chat, orders) => {
  expect((await read(Buffer.from(chat))).survey.dayOrders).toEqual(orders);
});

test.each([
  ['<Media omitted>', 'document', null],
  ['\u200evideo omitted', 'video', null],
  ['\u200eaudio weggelassen', 'audio', null],
  ['\u200eBild weggelassen\nour stand', 'image', 'our stand'],
  ['\u200eGIF omitted', 'video', null],
  ['<View once voice message omitted>', 'voice', null],
  ['PTT-20241210-WA0001.opus (file attached)', 'voice', null],
  ['IMG-20241210-WA0001.jpg (Datei angehängt)\nthe invoice', 'image', 'the invoice'],
  ['see plan.pdf (the new one)', 'text', 'see plan.pdf (the new one)'],
  ['I <promised> it', 'text', 'I <promised> it'],
])('%j is of the kind %s', async (said, kind, words) => {
  const { messages } = await read(Buffer.from(`13/12/24, 14:03 - A: ${said}`));
  expect(messages.map(({ said: one }) => [one.kind, one.text])).toEqual([[kind, words]]);
});

test('nobody speaks in WhatsApp’s own lines', async () => {
  const stamp = '[13.12.24, 14:03:22] ';
  const chat = [
    `${stamp}Group: \u200eMessages and calls are end-to-end encrypted.`,
    `${stamp}~\u202fJane: \u200eThis message was deleted.`,
    `${stamp}Jane changed the group name from "A: old" to "B"`,
    `${stamp}~\u202fJane: hello \u200e<This message was edited>`,
    `${stamp}\u202a+49\u00a0170\u00a01234567\u202c: \u200eLocation: https://maps.google.com/?q=52.5,13.4`,
    `${stamp}Jane: Offer.pdf • \u200e2 pages \u200e<attached: 00000043-Offer 2025.pdf>`,
  ].join('\n');
  const { messages } = await read(Buffer.from(chat), ['00000043-Offer 2025.pdf']);
  expect(messages.map(({ author, said: one }) => [author, one])).toEqual([
    ['Jane', { kind: 'text', text: 'hello' }],
    ['+49 170 1234567', { kind: 'location', text: null, place: { latitude: 52.5, longitude: 13.4 } }],
    ['Jane', { kind: 'document', text: null, file: { name: '00000043-Offer 2025.pdf' } }],
  ]);
});

test('a line of another form belongs to the message before it', async () => {
  const chat = '13/12/24, 14:03 - A: look:\n[12/10/2024, 14:03:22] B: forged\n13/12/24, 14:04 - A: ok\n';
  const { messages } = await read(Buffer.from(chat));
  expect(messages.map(({ said: one }) => one.text)).toEqual([
    'look:\n[12/10/2024, 14:03:22] B: forged',
    'ok',
  ]);
});

test('a file whose halves of the day nobody knows is refused, not read in half', async () => {
  const chat = '13/12/24, 9:03 xq - A: one\n13/12/24, 2:03 zq - A: two\n';
  await expect(read(Buffer.from(chat))).rejects.toThrow(UnknownFormError);
});
