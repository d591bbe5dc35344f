import fc from 'fast-check';
import { parseVCard } from '../../whatsapp/vcard';

const card = (...lines: string[]): string => ['BEGIN:VCARD', ...lines, 'END:VCARD'].join('\n');
const cards: [name: string, vCard: string, name_: string | null, phones: string[]][] = [
  [
    'an iPhone’s',
    card(
      'VERSION:3.0',
      'N:Souza;Ana;;;',
      'FN:Ana Souza',
      'item1.TEL;waid=5541998773200:+55 41 99877-3200',
      'item1.X-ABLabel:Mobile',
    ),
    'Ana Souza',
    ['+55 41 99877-3200'],
  ],
  [
    'an Android’s',
    card('VERSION:2.1', 'N:;Bo;;;', 'TEL;CELL;PREF:+49 170 1234567', 'TEL;WORK:030 1'),
    'Bo',
    ['+49 170 1234567', '030 1'],
  ],
  [
    'one in quoted-printable, folded',
    card(
      'VERSION:2.1',
      'FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=90=D0=BD=',
      '=D0=BD=D0=B0',
      'TEL;CELL:+7 900 1',
    ),
    'Анна',
    ['+7 900 1'],
  ],
  ['one in quoted-printable without the word before it', card('FN;QUOTED-PRINTABLE:J=C3=B6rg'), 'Jörg', []],
  ['one in Latin 1', card('FN;CHARSET=ISO-8859-1;ENCODING=QUOTED-PRINTABLE:J=F6rg'), 'Jörg', []],
  [
    'one with addresses for numbers',
    card('VERSION:4.0', 'FN:Ana\\, Dr.', 'TEL;VALUE=uri;TYPE="voice,home":tel:+33-01-23-45-67;ext=12'),
    'Ana, Dr.',
    ['+33-01-23-45-67 ext. 12'],
  ],
  ['a folded one', card('FN:Very long', '  name', 'TEL:+4', ' 930 1'), 'Very long name', ['+4930 1']],
  ['one that ends too early', 'BEGIN:VCARD\r\nFN:Ana\r\nTEL:+1 555', 'Ana', ['+1 555']],
  ['a broken one', card('FN', 'TEL;;:+1 555', ':x', 'N:Weber;Klaus;;Dr.;'), 'Dr. Klaus Weber', ['+1 555']],
  ['a company’s', card('FN:', 'ORG:Acme;Sales'), 'Acme, Sales', []],
  ['one whose number is in its id only', card('FN:Ana', 'TEL;waid=491701234567:'), 'Ana', ['+491701234567']],
  ['the same number twice', card('FN:Ana', 'TEL:+1 5', 'item2.TEL:+1 5'), 'Ana', ['+1 5']],
  ['none', '', null, []],
];

test.each(cards)('%s is read', (_case, vCard, name, phones) => {
  expect(parseVCard(vCard)).toEqual({ name, phones });
});

test('any text is a card or none, never an error', () => {
  const line = fc
    .tuple(fc.constantFrom('FN', 'N', 'TEL', 'item1.TEL', 'ORG', '__proto__'), fc.string({ unit: 'binary' }))
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string({ unit: 'binary' })), { maxLength: 12 }), (lines) => {
      const { name, phones } = parseVCard(lines.join('\n'));
      expect([...(name ?? '')].length).toBeLessThanOrEqual(128);
      expect(phones.length).toBeLessThanOrEqual(10);
    }),
  );
});
