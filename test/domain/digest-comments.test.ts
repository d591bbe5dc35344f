import fc from 'fast-check';
import { endsWithMarker, maxCommentBytes, toDigests, toPlaceholder } from '../../domain/digest';
import { countParts, neutralise, partOf, toLines, toSpeaker } from '../../domain/foreign-text';
import { linesOf, bytesOf, markerOf, context, at, item, told } from '../scenes/digest-items';

test('a comment is a headline with chat, our number and period, a line a message, and the marker', () => {
  const items = [
    item(),
    item({ sentAt: at('13:07:00'), speaker: 'Anna Sales', fromMe: true, text: 'Hello' }, 1),
  ];
  const [digest] = toDigests(items, context({ markerOf: () => 'contact-link#m' }));
  expect(digest).toEqual({
    items: ['message0/0', 'message1/0'],
    marker: 'contact-link#m',
    newestAt: at('13:07:00'),
    text: [
      '[B]WhatsApp · Klaus Weber · Anna Sales +491700000001 · 2026-11-25 14:03–14:07 UTC+01:00[/B]',
      '← [14:03:22] Klaus Weber: Good morning',
      '→ [14:07:00] Anna Sales: Hello',
      'contact-link#m',
    ].join('\n'),
  });
});

test('the headline of history says that these are earlier messages', () => {
  const [live] = toDigests([item()], context());
  const [history] = toDigests([item()], context({ lane: 'history' }));
  expect(live?.text.split('\n')[0]).toMatch(/^\[B\]WhatsApp · /);
  expect(history?.text.split('\n')[0]).toMatch(/^\[B\]WhatsApp, earlier messages · /);
});

test('a line of another day than the first one names its day', () => {
  const items = [item({ sentAt: at('22:59:59') }), item({ sentAt: at('23:00:00') }, 1)];
  const lines = toDigests(items, context())[0]?.text.split('\n') ?? [];
  expect(lines[0]).toContain('2026-11-25 23:59 – 2026-11-26 00:00 UTC+01:00');
  expect(lines.slice(1, 3)).toEqual([
    '← [23:59:59] Klaus Weber: Good morning',
    '← [2026-11-26 00:00:00] Klaus Weber: Good morning',
  ]);
});

test('nothing to tell makes no comment', () => {
  expect(toDigests([], context())).toEqual([]);
});

test('a message is late exactly when it is over five minutes older than the newest one told', () => {
  const offsetMs = fc.integer({ min: -15 * 60_000, max: 15 * 60_000 });
  const toldBefore = fc.option(offsetMs);
  fc.assert(
    fc.property(fc.array(offsetMs, { minLength: 1, maxLength: 120 }), toldBefore, (offsets, before) => {
      const origin = at('12:00:00').getTime();
      const items = offsets.map((offset, number) => item({ sentAt: new Date(origin + offset) }, number));
      const newestToldAt = before === null ? null : new Date(origin + before);
      const digests = toDigests(items, context({ newestToldAt }));
      const lates = digests.flatMap(({ text }) =>
        text
          .split('\n')
          .slice(1, -1)
          .map((line) => line.includes(', late]')),
      );
      let newest = before ?? -Infinity;
      const expected = offsets.map((offset) => {
        const late = newest - offset > 5 * 60_000;
        newest = Math.max(newest, offset);
        return late;
      });
      expect(lates).toEqual(expected);
    }),
    { numRuns: 200 },
  );
});

test('a time ahead of its arrival is shown as sent but judged by where it belongs', () => {
  const [digest] = toDigests(
    [item({ sentAt: at('20:00:00'), orderAt: at('12:00:00') })],
    context({ newestToldAt: at('12:05:01') }),
  );
  expect(digest?.text).toContain('[21:00:00, late] Klaus');
  expect(digest?.newestAt).toEqual(at('12:00:00'));
});

const forgeries = [
  '[14:03:22] Anna: pay at once',
  'contact-link#000000000000000000000001',
  '[B]WhatsApp · Anna · +49 · 2026-11-25[/B]',
  '[/B][URL=https://example.test]x[/URL]',
  '[[B]]',
  '\u202E\u2066\u2069\u202A',
  '\u0000\u001B\u007F',
  '\n',
  '\r\n',
  '\r',
  '\v',
  '\f',
  '\u0085',
  '\u2028',
  '\u2029',
  '│ ',
  ': ',
  '] ',
  '👩‍👩‍👧',
  '\uD83D',
];
/** Foreign text: any text, mixed with everything that might be taken for ours. */
const foreignText = fc
  .array(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...forgeries)), { maxLength: 12 })
  .map((parts) => parts.join(''));
const longText = fc
  .tuple(fc.constantFrom('x', '[', '\n', '👍', '\u2028', 'ab '), fc.integer({ min: 1, max: 9_500 }))
  .map(([unit, times]) => unit.repeat(times));
const anyText = fc.oneof({ arbitrary: foreignText, weight: 4 }, { arbitrary: longText, weight: 1 });
const anyKind = fc.constantFrom('text', 'image', 'document', 'poll', 'system', 'unsupported' as const);
const anyMessage = fc.record({
  event: fc.constantFrom('create', 'create', 'edit', 'revoke', 'reaction' as const),
  kind: anyKind,
  speaker: foreignText,
  text: fc.option(anyText),
  fileName: fc.option(foreignText),
  quotedText: fc.option(anyText),
  forwarded: fc.boolean(),
  original: fc.option(anyText),
  sentAt: fc.integer({ min: 0, max: 86_400 }).map((s) => new Date(at('00:00:00').getTime() + s * 1_000)),
});
/** Whatever may be told; the parts of a long text follow one another as ingest makes them. */
const anyItems = fc
  .array(anyMessage, { minLength: 1, maxLength: 70 })
  .map((messages) =>
    messages.flatMap((message, number) =>
      Array.from({ length: countParts(message.text ?? '') }, (_, index) =>
        item({ ...message, part: index + 1 }, number),
      ),
    ),
  );
const anyContext = fc
  .record({ chatTitle: foreignText, account: foreignText, lane: fc.constantFrom('live', 'history' as const) })
  .map(context);

test('foreign text forges neither a line nor a tag nor the marker', () => {
  fc.assert(
    fc.property(anyItems, anyContext, (items, given) => {
      for (const digest of toDigests(items, given)) {
        const lines = linesOf(digest.text);
        const ours = lines.filter((line) => !line.startsWith('│ '));
        expect(ours).toHaveLength(digest.items.length + 2);
        expect(ours[0]).toMatch(/^\[B\]WhatsApp.*\[\/B\]$/u);
        for (const line of ours.slice(1, -1)) {
          expect(line).toMatch(/^[←→] \[(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(, late)?\] /u);
        }
        expect(lines.at(-1)).toBe(digest.marker);
        const foreign = digest.text.slice('[B]'.length, digest.text.length - digest.marker.length);
        const tags = foreign.replaceAll(/(^|\n)[←→] \[(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d(, late)?\]/gu, '$1');
        // A tag is a bracket and, at once, a letter, a slash or a star; a cut name may end with a bracket of its own.
        expect(tags.replace('[/B]', '')).not.toMatch(/\[(?![\u200B\s…:])/u);
        expect(digest.text).not.toMatch(/[\u0000-\u0008\u000E-\u001F\u007F\u202A-\u202E\u2066-\u2069]/u);
      }
    }),
    { numRuns: 300 },
  );
});

test('a line says whose it is, whatever the customer is called and writes', () => {
  const asWe = fc.constantFrom(
    'Anna Sales',
    '→ Anna Sales',
    '→ [14:03:22] Anna Sales',
    '\n→ [14:03:22] Anna Sales',
  );
  const words = fc.constantFrom(
    'ok',
    '\n→ [14:03:22] Anna Sales: paid',
    '\u2028→ [14:03:22] Anna Sales: paid',
  );
  const said = fc.record({ fromMe: fc.boolean(), speaker: asWe, text: words, quotedText: fc.option(words) });
  fc.assert(
    fc.property(fc.array(said, { minLength: 1, maxLength: 20 }), (messages) => {
      const items = messages.map((message, number) => item(message, number));
      const lines = toDigests(items, context({ account: 'Anna Sales' })).flatMap(({ text }) => linesOf(text));
      const directions = lines.filter((line) => /^[←→]/u.test(line)).map((line) => line.startsWith('→'));
      expect(directions).toEqual(messages.map(({ fromMe }) => fromMe));
    }),
    { numRuns: 300 },
  );
});

test('every item is told once, in order, within the limits of a comment', () => {
  fc.assert(
    fc.property(anyItems, anyContext, (items, given) => {
      const digests = toDigests(items, given);
      expect(digests.flatMap((digest) => digest.items)).toEqual(items.map((one) => one.item));
      for (const digest of digests) {
        expect(digest.items.length).toBeGreaterThan(0);
        expect(digest.items.length).toBeLessThanOrEqual(50);
        expect(bytesOf(digest.text)).toBeLessThanOrEqual(maxCommentBytes);
      }
      expect(new Set(digests.map(({ marker }) => marker)).size).toBe(digests.length);
    }),
    { numRuns: 300 },
  );
});

test('a reaction as long as a book fits into a comment', () => {
  const text = '👍'.repeat(9_001);
  const items = Array.from({ length: countParts(text) }, (_, index) =>
    item({ event: 'reaction', text, part: index + 1 }),
  );
  const sizes = toDigests(items, context()).map((digest) => bytesOf(digest.text));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(maxCommentBytes);
});

test.each(['\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029'])(
  '%j in a quotation begins no line',
  (lineBreak) => {
    const forged = `a${lineBreak}[14:03:22] Anna: b`;
    const shown = told({ quotedText: forged, fileName: forged, kind: 'document', text: null });
    expect(linesOf(shown)).toHaveLength(1);
    expect(linesOf(told({ event: 'revoke', text: null, original: forged }))).toHaveLength(1);
  },
);

test('51 short messages make two comments, 50 make one', () => {
  const many = Array.from({ length: 51 }, (_, number) => item({}, number));
  expect(toDigests(many, context()).map(({ items }) => items.length)).toEqual([50, 1]);
  expect(toDigests(many.slice(1), context())).toHaveLength(1);
});

test('the parts of a text are the text, and no character is cut in two', () => {
  const unit = fc.oneof(foreignText, longText);
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 3 }), (texts) => {
      const text = texts.join('');
      const parts = Array.from({ length: countParts(text) }, (_, index) => partOf(text, index + 1));
      expect(parts.join('')).toBe(text);
      expect(parts.flatMap((part) => [...part])).toEqual([...text]);
      for (const part of parts) expect([...part].length).toBeLessThanOrEqual(3_000);
    }),
    { numRuns: 200 },
  );
});

test('each part of a long text says which part it is', () => {
  const text = 'a'.repeat(3_000) + 'b'.repeat(3_000) + 'c';
  const items = [1, 2, 3].map((part) => item({ text, part }));
  const lines = toDigests(items, context()).flatMap((digest) => digest.text.split('\n').slice(1, -1));
  expect(lines.map((line) => line.replaceAll(/(\w)\1{9,}/g, '$1…'))).toEqual([
    '← [14:03:22] Klaus Weber (part 1 of 3): a…',
    '← [14:03:22] Klaus Weber (part 2 of 3): b…',
    '← [14:03:22] Klaus Weber (part 3 of 3): c',
  ]);
});

test('a comment ends with its own marker only, whatever the messages say', () => {
  fc.assert(
    fc.property(anyItems, anyContext, foreignText, (items, given, noise) => {
      const other = markerOf();
      const forged = items.map((one) => ({ ...one, text: `${one.text ?? ''}\n${other}\n` }));
      for (const { text, marker } of toDigests(forged, given)) {
        expect(endsWithMarker(text, marker)).toBe(true);
        expect(endsWithMarker(text, other)).toBe(false);
        expect(endsWithMarker(`${text}\n${noise}x`, marker)).toBe(false);
      }
    }),
    { numRuns: 100 },
  );
});

test.each([
  ['m', true],
  ['one\nm', true],
  ['one\r\nm', true],
  ['one\rm\r\n \n', true],
  ['one\n m ', true],
  ['one\nm\ntwo', false],
  ['one m', false],
  ['m2', false],
  ['', false],
])('%j ends with the marker m: %s', (comment, expected) => {
  expect(endsWithMarker(comment, 'm')).toBe(expected);
});

test('a placeholder says how many messages are missing and why, and keeps the marker', () => {
  expect(toPlaceholder(1, 'ERROR_CORE', 'm')).toMatch(
    /^\[B\]One WhatsApp message could not .*\(ERROR_CORE\)/su,
  );
  const text = toPlaceholder(12, '[B]\nm\n', 'm');
  expect(text).toMatch(/^\[B\]12 WhatsApp messages could not be shown here\[\/B\]\n/u);
  expect(linesOf(text)).toHaveLength(3);
  expect(endsWithMarker(text, 'm')).toBe(true);
});

test('a speaker is one line of at most sixty characters without a colon', () => {
  fc.assert(
    fc.property(fc.oneof(foreignText, longText), (name) => {
      const speaker = toSpeaker(name);
      expect(linesOf(speaker)).toHaveLength(1);
      expect(speaker).not.toContain(':');
      expect([...speaker].length).toBeLessThanOrEqual(60);
    }),
  );
});

test('neutralised text loses nothing a person wrote', () => {
  fc.assert(
    fc.property(foreignText, (text) => {
      const seen = text.replaceAll(/[\u0000-\u0008\u000E-\u001F\u007F\u202A-\u202E\u2066-\u2069]/gu, '');
      expect(neutralise(text).replaceAll('[\u200B', '[')).toBe(seen);
      expect(toLines(text).split('\n│ ')).toHaveLength(linesOf(seen).length);
    }),
  );
});
