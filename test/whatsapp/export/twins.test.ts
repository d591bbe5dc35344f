import fc from 'fast-check';
import { findTwins, type KnownMessage } from '../../../whatsapp/export/twins';
import type { ExportedMessage } from '../../../whatsapp/export/read-chat';
import { createIdentify, toSubstance } from '../../../whatsapp/export/identify';

const start = Date.UTC(2024, 11, 31, 13);
const talk = fc.array(
  fc.record({
    fromMe: fc.boolean(),
    text: fc.constantFrom('ok', 'yes', 'Good day\n to you', '@\u2068Anna\u2069 see'),
    afterMs: fc.constantFrom(0, 1_000, 20_000, 61_000, 400_000),
    isLive: fc.boolean(),
  }),
  { minLength: 1, maxLength: 60 },
);

interface Said {
  fromMe: boolean;
  text: string;
  afterMs: number;
  isLive: boolean;
  at: Date;
}

function toTimes(all: Omit<Said, 'at'>[]): Said[] {
  let at = start;
  return all.map((one) => ({ ...one, at: new Date((at += one.afterMs)) }));
}

const toExported = ({ fromMe, text, at }: Said): ExportedMessage => ({
  author: fromMe ? 'me' : 'Jane',
  at: {
    ...{ year: at.getUTCFullYear(), month: at.getUTCMonth() + 1, day: at.getUTCDate() },
    ...{ hour: at.getUTCHours(), minute: at.getUTCMinutes(), second: null },
  },
  said: { kind: 'text', text },
});

const identifying = { timeZone: 'UTC', me: 'me', isGroup: false, numberOf: () => null };
const identify = (all: Said[]) => all.map(toExported).map(createIdentify(identifying));
const toKnown = ({ fromMe, text, at }: Said): KnownMessage => ({
  ...{ fromMe, sentAt: at },
  substances: [toSubstance(text.replace('\u2068Anna\u2069', '+491701234567'), false)],
});

test('what was captured live and what a file has are every message once, in pieces of any size', () => {
  fc.assert(
    fc.property(talk, fc.integer({ min: 1, max: 20 }), (given, size) => {
      const all = toTimes(given);
      const live = all.filter(({ isLive }) => isLive);
      const identified = identify(all);
      const taken = [];
      for (let at = 0; at < identified.length; at += size) {
        const piece = identified.slice(at, at + size);
        const twins = findTwins(piece, live.map(toKnown));
        taken.push(...piece.filter((_, index) => !twins[index]));
      }
      expect(taken.length + live.length).toBe(all.length);
      const said = [...taken.map(({ substance, fromMe }) => `${fromMe}${substance}`)];
      const missed = all
        .filter(({ isLive }) => !isLive)
        .map((one) => `${one.fromMe}${toSubstance(one.text, false)}`);
      expect(said.sort()).toEqual(missed.sort());
    }),
    { numRuns: 300 },
  );
});

test('every message of a chat has an id of its own, the same in an export that begins earlier and ends later', () => {
  fc.assert(
    fc.property(talk, talk, (first, second) => {
      // The next one begins in another minute: within one, those cut away are not counted.
      const all = toTimes([...first, { ...(second[0] as Said), afterMs: 61_000 }, ...second]);
      const ids = identify(all).map(({ stanzaId }) => stanzaId);
      expect(new Set(ids).size).toBe(all.length);
      expect(identify(all.slice(first.length)).map(({ stanzaId }) => stanzaId)).toEqual(
        ids.slice(first.length),
      );
      expect(identify(all.slice(0, first.length)).map(({ stanzaId }) => stanzaId)).toEqual(
        ids.slice(0, first.length),
      );
    }),
    { numRuns: 200 },
  );
});

test('a message that the clocks of phone and source put into neighbouring minutes is one', () => {
  const all = toTimes([
    { fromMe: true, text: 'ok', afterMs: 0, isLive: true },
    { fromMe: true, text: 'yes', afterMs: 119_000, isLive: true },
    { fromMe: false, text: 'ok', afterMs: 241_000, isLive: false },
  ]);
  const live = all.map((one) => toKnown({ ...one, at: new Date(one.at.getTime() + 2_000) }));
  expect(findTwins(identify(all), live)).toEqual([true, true, true]);
});
