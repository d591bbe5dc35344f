import fc from 'fast-check';
import { matchContact, type ContactCard } from '../../domain/contact-match';
import { listOtherForms, type CountryCode } from '../../domain/phone';

let nextId = 1;
const card = (...phones: string[]): ContactCard => ({ crmContactId: nextId++, name: 'Ana', phones });

const matches: [
  e164: string,
  stored: string,
  country: CountryCode | null,
  rule: string,
  confidence: number,
][] = [
  ['+491701234567', '+49 (170) 1234567', null, 'exact number', 1],
  ['+491701234567', '0049 170 1234567', 'RU', 'international prefix', 1],
  ['+491701234567', '491701234567', null, 'number without plus', 0.95],
  ['+491701234567', '0170/1234567', 'DE', 'national number in DE', 0.9],
  ['+79123456789', '8 912 345 67 89', 'RU', 'national number in RU', 0.9],
  ['+77012345678', '8 701 234 56 78', 'KZ', 'national number in KZ', 0.9],
  ['+558591203123', '+55 85 99120-3123', null, 'Brazil 9th digit', 0.8],
  ['+5585991203123', '558591203123', 'BR', 'Brazil 9th digit, number without plus', 0.76],
  ['+558591203123', '(85) 99120-3123', 'BR', 'Brazil 9th digit, national number in BR', 0.72],
  ['+5215512345678', '+52 55 1234 5678', null, 'Mexico mobile 1', 0.8],
  ['+525512345678', '+521 55 1234 5678', null, 'Mexico mobile 1', 0.8],
  ['+5491123456789', '011 15 2345-6789', 'AR', 'national number in AR', 0.9],
  ['+8613812345678', '8613812345678', 'RU', 'number without plus', 0.95],
];

test.each(matches)('%s is the owner of %j in %s by %s', (e164, stored, country, rule, confidence) => {
  const owner = card('+1 650 555 1234', stored);
  expect(matchContact(e164, [card('+33612345678'), owner], country)).toEqual({
    kind: 'matched',
    candidate: { ...owner, matchedValue: stored, rule, confidence },
  });
});

const strangers: [e164: string, stored: string, country: CountryCode | null][] = [
  ['+8613812345678', '+7 613 812-34-56', 'RU'],
  ['+84912345678', '+74912345678', 'RU'],
  ['+85291234567', '+75291234567', null],
  ['+8801712345678', '+78801712345', null],
  ['+491701234567', '0170 1234567', null],
  ['+491701234567', '0170 1234567', 'FR'],
  ['+551151923057', '+5511951923057', null],
  ['+541123456789', '+551123456789', null],
];

test.each(strangers)('%s is not the owner of %j in %s', (e164, stored, country) => {
  expect(matchContact(e164, [card(stored)], country)).toEqual({ kind: 'unmatched', candidates: [] });
});

test('an Argentine landline form is shown but never links', () => {
  const landline = card('+54 11 2345-6789');
  expect(matchContact('+5491123456789', [landline], 'AR')).toEqual({
    kind: 'unmatched',
    candidates: [
      { ...landline, matchedValue: '+54 11 2345-6789', rule: 'Argentina mobile 9', confidence: 0.4 },
    ],
  });
});

test('digits that may be a number of two countries are shown but never link', () => {
  const doubtful = card('15735551234');
  for (const e164 of ['+15735551234', '+4915735551234']) {
    const verdict = matchContact(e164, [doubtful], 'DE');
    expect(verdict).toMatchObject({ kind: 'unmatched', candidates: [{ confidence: 0.5 }] });
  }
});

test('two contacts with one number are ambiguous, however each is written', () => {
  const [one, other] = [card('+49 170 1234567'), card('0170 1234567')];
  const verdict = matchContact('+491701234567', [other, one], 'DE');
  expect(verdict).toMatchObject({
    kind: 'ambiguous',
    candidates: [{ crmContactId: one.crmContactId }, { crmContactId: other.crmContactId }],
  });
});

test('two contacts with an alias of the number are ambiguous', () => {
  const verdict = matchContact('+558591203123', [card('+5585991203123'), card('85 99120-3123')], 'BR');
  expect(verdict.kind).toBe('ambiguous');
});

test('the number itself beats its alias', () => {
  const [exact, alias] = [card('+558591203123'), card('+5585991203123')];
  expect(matchContact('+558591203123', [alias, exact], null)).toMatchObject({
    kind: 'matched',
    candidate: { crmContactId: exact.crmContactId },
  });
});

test('a card that holds the number twice, or is given twice, is one owner', () => {
  const owner = card('+491701234567', '0170 1234567');
  const again = { ...owner, phones: ['0049 170 1234567'] };
  expect(matchContact('+491701234567', [owner, again], 'DE')).toMatchObject({
    kind: 'matched',
    candidate: { rule: 'exact number', phones: ['+491701234567', '0170 1234567', '0049 170 1234567'] },
  });
});

test('a contact without phones or with notes in them is no owner', () => {
  const cards = [card(), card('', 'call back', '+', '()')];
  expect(matchContact('+491701234567', cards, 'DE')).toEqual({ kind: 'unmatched', candidates: [] });
});

const countries = ['49', '7', '1', '55', '52', '54', '84', '86', '852', '880', '39', '225'] as const;
const numberOf = (callingCode: string) =>
  fc.stringMatching(/^[2-9]\d{8,9}$/).map((national) => `+${callingCode}${national}`);
const anyNumber = fc.constantFrom(...countries).chain(numberOf);
const anyCountry = fc.constantFrom<CountryCode | null>(null, 'DE', 'RU', 'US', 'BR', 'MX', 'AR', 'VN', 'CN');
const spaces = fc.constantFrom('', ' ', '-', '\u00a0', '.');

const verdictOf = (e164: string, cards: ContactCard[], country: CountryCode | null) => {
  const verdict = matchContact(e164, cards, country);
  const candidates = verdict.kind === 'matched' ? [verdict.candidate] : verdict.candidates;
  return { kind: verdict.kind, owners: candidates.map(({ crmContactId, rule }) => ({ crmContactId, rule })) };
};

test('no verdict depends on the order of cards and phones or on spacing', () => {
  const writing = fc.tuple(
    fc.constantFrom('', '+', '00', '8', '0'),
    fc.nat(4),
    fc.array(spaces, { minLength: 20 }),
  );
  const cardShape = fc.array(writing, { maxLength: 3 });
  fc.assert(
    fc.property(anyNumber, fc.array(cardShape, { maxLength: 4 }), anyCountry, (e164, shapes, country) => {
      const write = (spaced: boolean) =>
        shapes.map((phones, index): ContactCard => {
          const values = phones.map(([prefix, cut, gaps]) => {
            const digits = prefix + e164.slice(1 + cut);
            return spaced ? [...digits].map((digit, at) => digit + (gaps[at] ?? '')).join('') : digits;
          });
          return { crmContactId: index + 1, name: '', phones: values };
        });
      const shuffled = write(true)
        .reverse()
        .map((one) => ({ ...one, phones: one.phones.toReversed() }));
      expect(verdictOf(e164, shuffled, country)).toEqual(verdictOf(e164, write(false), country));
    }),
    { numRuns: 500 },
  );
});

test('no two countries are ever confused', () => {
  fc.assert(
    fc.property(anyNumber, anyNumber, anyCountry, (e164, stored, country) => {
      const callingCode = (number: string) => countries.find((code) => number.startsWith(`+${code}`));
      fc.pre(callingCode(e164) !== callingCode(stored));
      for (const value of [stored, stored.replace('+', '00')]) {
        expect(matchContact(e164, [card(value)], country)).toEqual({ kind: 'unmatched', candidates: [] });
      }
    }),
  );
});

test('a stranger in the same country is never matched', () => {
  fc.assert(
    fc.property(fc.constantFrom(...countries), anyCountry, fc.context(), (callingCode, country, context) => {
      const [one, other] = fc.sample(numberOf(callingCode), 2) as [string, string];
      context.log(`${one} ${other}`);
      fc.pre(one !== other && !listOtherForms(one).some(({ e164 }) => e164 === other));
      expect(matchContact(one, [card(other)], country).kind).toBe('unmatched');
    }),
  );
});

test('one written number never links two people', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^\d{10,13}$/),
      anyNumber,
      anyNumber,
      anyCountry,
      (stored, one, other, country) => {
        const people = [one, other, `+${stored}`, `+49${stored}`, `+7${stored.slice(1)}`, `+55${stored}`];
        const owners = new Set(
          people.filter((e164) => {
            const verdict = matchContact(e164, [card(stored)], country);
            return verdict.kind === 'matched' && !verdict.candidate.rule.includes('9th digit');
          }),
        );
        expect(owners.size).toBeLessThan(2);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['+22559112233', '+225 07 59 11 22 33', null],
  ['+23777012345', '+237 6 77 01 23 45', null],
  ['+23777012345', '677012345', 'CM'],
  ['+24107123456', '+241 77 12 34 56', null],
  ['+841681234567', '038 123 4567', 'VN'],
] as const)(
  'an id older than a renumbering (%s) makes the card with %j a candidate',
  (e164, stored, country) => {
    const card = { crmContactId: 7, name: 'Awa', phones: [stored] };
    const verdict = matchContact(e164, [card], country);
    expect(verdict).toMatchObject({ kind: 'unmatched', candidates: [{ crmContactId: 7 }] });
  },
);
