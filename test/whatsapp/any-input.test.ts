import fc from 'fast-check';
import type { Translation } from '../../domain/message';
import { parseIngestEnvelope } from '../../whatsapp/ingest/envelope';
import { translateIngestMessage } from '../../whatsapp/ingest/translate';
import { readDelivery } from '../../whatsapp/meta/envelope';
import { translateMetaAgain, translateMetaChange } from '../../whatsapp/meta/translate';
import { translateEvolution } from '../../whatsapp/evolution/translate';
import { translateWaha } from '../../whatsapp/waha/translate';
import { body, item as ingestItem } from '../scenes/ingest-items';
import { linesSaid } from '../scenes/said-lines';
import { changes as metaChanges } from './meta/samples/groups';
import { content as metaContent } from './meta/samples/content';
import { evolutionSamples, historyBody } from './evolution/samples';
import { gows } from './waha/samples/gows';
import { noweb } from './waha/samples/noweb';
import { beginsAt, own, vCard } from './waha/samples/sample';
import { webjs } from './waha/samples/webjs';

const receivedAt = new Date('2026-11-22T12:00:00Z');

const nested = (depth: number): unknown => {
  let value: unknown = [];
  for (let level = 0; level < depth; level += 1) value = level % 2 === 0 ? [value] : { message: value };
  return value;
};

/** What no field was made for: of every type, huge, deep, and with names that JavaScript gives a meaning. */
const strange = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    ' ',
    '\u3164',
    '[B]x[/B]',
    'status@broadcast',
    '0@c.us',
    '__proto__',
  ),
  fc.constantFrom<unknown>([], {}, [null], [[]], { low: 1, high: -1 }, { _serialized: 7 }, { id: {} }),
  fc.constantFrom<unknown>(
    'x'.repeat(70_000),
    '@'.repeat(9_000),
    '1'.repeat(400),
    '=\n'.repeat(400),
    vCard.repeat(40),
  ),
  fc.integer({ min: 1, max: 3_000 }).map(nested),
  fc.constant<unknown>(
    JSON.parse('{"__proto__":{"text":"x"},"constructor":{"prototype":{}},"a.b":1,"$set":{"x":1}}'),
  ),
  fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<unknown>,
);

/** Every place in a value, as the way that leads there. */
function listPlaces(value: unknown, way: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, inner]) => listPlaces(inner, [...way, key]))];
}

function putAt(value: unknown, [key, ...rest]: readonly string[], what: unknown): unknown {
  if (key === undefined) return what;
  if (typeof value !== 'object' || value === null) return value;
  const copy = (Array.isArray(value) ? [...value] : { ...value }) as Record<string, unknown>;
  copy[key] = putAt(copy[key], rest, what);
  return copy;
}

/** A value with something strange in one to three of its places. */
const spoiled = (value: unknown): fc.Arbitrary<unknown> =>
  fc
    .array(fc.tuple(fc.constantFrom(...listPlaces(value)), strange), { minLength: 1, maxLength: 3 })
    .map((changes) => changes.reduce((before, [way, what]) => putAt(before, way, what), value));

function expectReadable(translations: readonly Translation[]): void {
  for (const translation of translations) {
    if (translation.kind === 'ignored') expect(translation.reason).toMatch(/\w/);
    if (translation.kind === 'unreadable') expect(translation.unreadable.code).toMatch(/^[a-z_]{3,60}$/);
    if (translation.kind !== 'message') continue;
    const { stanzaId, sentAt } = translation.message;
    expect(stanzaId).toMatch(/\S/);
    expect(sentAt.getTime()).not.toBeNaN();
    for (const line of linesSaid(translation.message))
      expect(line).toMatch(/^[←→] \[[^\]]*\] [^:]*: .*[^\s\u3164\u200B]/u);
  }
}

const ofWaha = (envelope: unknown) => translateWaha(envelope, { receivedAt, ownAliases: [] });

test('whatever WAHA sends is a readable line, unreadable, or nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue() as fc.Arbitrary<unknown>, (json) => expectReadable(ofWaha(json))),
    { numRuns: 300 },
  );
});

const samples = [...webjs, ...noweb, ...gows].map(({ event, payload }, index) => ({
  ...{ id: `evt_${index}`, timestamp: beginsAt * 1_000, event, session: 'default', me: own, payload },
  engine: index % 2 === 0 ? 'GOWS' : 'WEBJS',
}));

test('so is every documented payload of WAHA with something strange in any of its fields', () => {
  const given = fc.constantFrom(...samples).chain(spoiled);
  fc.assert(
    fc.property(given, (envelope) => {
      const translations = ofWaha(envelope);
      expectReadable(translations);
      expect(ofWaha(envelope)).toEqual(translations);
    }),
    { numRuns: 1_000 },
  );
});

const ofEvolution = (body: unknown) => {
  const items = translateEvolution(body, { receivedAt, ownAliases: [] });
  return items.map(({ translation }) => translation);
};

test('whatever Evolution sends is a readable line, unreadable, or nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue() as fc.Arbitrary<unknown>, (json) => expectReadable(ofEvolution(json))),
    { numRuns: 300 },
  );
});

test('so is every payload of Evolution with something strange in any of its fields', () => {
  const bodies = [...evolutionSamples.map(({ body: one }) => one), historyBody];
  fc.assert(
    fc.property(fc.constantFrom(...bodies).chain(spoiled), (one) => {
      const translations = ofEvolution(one);
      expectReadable(translations);
      expect(ofEvolution(one)).toEqual(translations);
    }),
    { numRuns: 500 },
  );
});

const ofMeta = (body: unknown) => {
  const context = { receivedAt, ownAliases: [], accountId: 'account' };
  const { changes } = readDelivery(body);
  const news = changes.map((change) => translateMetaChange(change, context));
  // What is kept of an item says the same when it is read again.
  for (const { raw, translation } of news.flatMap(({ items }) => items))
    expect(translateMetaAgain(raw, context)[0]).toEqual(translation);
  return translateMetaAgain(body, context);
};

test('whatever Meta sends is a readable line, unreadable, or nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue() as fc.Arbitrary<unknown>, (json) => expectReadable(ofMeta(json))),
    { numRuns: 300 },
  );
});

test('so is every documented payload of Meta with something strange in any of its fields', () => {
  const bodies = [...metaContent, ...metaChanges].map(({ body }) => body);
  fc.assert(
    fc.property(fc.constantFrom(...bodies).chain(spoiled), (body) => {
      const translations = ofMeta(body);
      expectReadable(translations);
      expect(ofMeta(body)).toEqual(translations);
    }),
    { numRuns: 500 },
  );
});

const ingestSamples: unknown[] = [
  ingestItem(),
  ingestItem({
    type: 'image',
    text: null,
    caption: 'Look',
    media: { mime: 'image/jpeg', size: 12, state: 'pending' },
  }),
  ingestItem({ type: 'voice', text: null, media: { durationMs: 14_000, state: 'unavailable' } }),
  ingestItem({
    type: 'location',
    text: null,
    location: { latitude: 1, longitude: 2, name: 'Office', live: true },
  }),
  ingestItem({
    type: 'contacts',
    text: null,
    contacts: [{ name: 'Ana', phones: ['+55 41'] }, { vcard: vCard }],
  }),
  ingestItem({ type: 'poll', text: null, poll: { question: 'Lunch?', options: ['Yes'] } }),
  ingestItem({ event: 'vote', type: 'poll', text: null, targetId: '3EB000', choices: ['Yes'] }),
  ingestItem({
    type: 'event',
    invitation: { name: 'Fair', startsAt: beginsAt, endsAt: String(beginsAt + 60), cancelled: true },
  }),
  ingestItem({ event: 'response', targetId: '3EB000', attendance: { answer: 'maybe', guests: 2 } }),
  ingestItem({
    type: 'order',
    text: null,
    order: { title: 'Shoes', itemCount: 2, total: '5 EUR', items: ['red'] },
  }),
  ingestItem({
    type: 'product',
    text: null,
    product: { title: 'Shoe', price: '5 EUR', link: 'https://shop.example' },
  }),
  ingestItem({ type: 'invite', text: null, groupInvite: 'Project X' }),
  ingestItem({ type: 'call', text: null, call: { video: true, outcome: 'missed', durationMs: 1 } }),
  ingestItem({
    type: 'system',
    text: null,
    group: { change: 'added', people: ['+5541998773200', '1@lid'], value: 'x' },
  }),
  ingestItem({ event: 'reaction', text: null, reaction: '👍', targetId: '3EB000' }),
  ingestItem({ event: 'edit', targetId: '3EB000', mentions: ['1@lid'], text: '@1 hello' }),
  ingestItem({ event: 'revoke', targetId: '3EB000', text: null }),
  ingestItem({
    viewOnce: true,
    broadcast: true,
    forwarded: true,
    replyTo: { id: '3EB0', story: true, type: 'image' },
  }),
  ingestItem({ type: 'system', text: null, system: { kind: 'number_changed', phone: '+491709999999' } }),
];

function ofIngest(request: unknown): Translation[] {
  const parsed = parseIngestEnvelope(request, { receivedAt, ownAliases: [] });
  if (!parsed.ok) {
    expect(parsed.fields.length).toBeGreaterThan(0);
    return [];
  }
  return parsed.envelope.messages.map((raw) => translateIngestMessage(raw, parsed.envelope));
}

test('whatever a client of the ingest API sends is a readable line, unreadable, or nothing', () => {
  fc.assert(
    fc.property(fc.jsonValue() as fc.Arbitrary<unknown>, (json) => {
      expectReadable(ofIngest(json));
      expectReadable(ofIngest(body({ messages: [json] })));
    }),
    { numRuns: 300 },
  );
});

test('so is every documented message of the ingest API with something strange in any of its fields', () => {
  expect(ofIngest(body({ messages: ingestSamples })).map(({ kind }) => kind)).toEqual(
    ingestSamples.map(() => 'message'),
  );
  const given = fc.oneof(
    fc
      .constantFrom(...ingestSamples)
      .chain(spoiled)
      .map((message) => body({ messages: [message] })),
    spoiled(body({ messages: ingestSamples.slice(0, 3) })),
  );
  fc.assert(
    fc.property(given, (request) => {
      const translations = ofIngest(request);
      expectReadable(translations);
      expect(ofIngest(request)).toEqual(translations);
    }),
    { numRuns: 1_000 },
  );
});
