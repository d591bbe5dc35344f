import fc from 'fast-check';
import { parseJid, toAlias, type ParsedJid } from '../../domain/jid';

const phone = (e164: string): ParsedJid => ({ kind: 'phone', e164 });

const addresses: [jid: string, parsed: ParsedJid | null][] = [
  ['491701234567@c.us', phone('+491701234567')],
  ['491701234567@s.whatsapp.net', phone('+491701234567')],
  ['491701234567@hosted', phone('+491701234567')],
  ['14155552671:123@c.us', phone('+14155552671')],
  ['14155552671_1:2@s.whatsapp.net', phone('+14155552671')],
  ['558591203123@c.us', phone('+558591203123')],
  ['5215512345678@c.us', phone('+5215512345678')],
  ['4639135154355@lid', { kind: 'lid', lid: '4639135154355' }],
  ['4639135154355:7@lid', { kind: 'lid', lid: '4639135154355' }],
  ['4639135154355@hosted.lid', { kind: 'lid', lid: '4639135154355' }],
  ['120363321708924123@G.US', { kind: 'group', groupJid: '120363321708924123@g.us' }],
  ['491701234567-1511111111@g.us', { kind: 'group', groupJid: '491701234567-1511111111@g.us' }],
  ['status@broadcast', { kind: 'status' }],
  ['1234567890@broadcast', { kind: 'broadcast' }],
  ['120363144038483540@newsletter', { kind: 'newsletter' }],
  ['867051314767696@bot', { kind: 'bot' }],
  ['13135550002@c.us', { kind: 'bot' }],
  ['0@c.us', { kind: 'system' }],
  ['16505361212@c.us', { kind: 'system' }],
  ['', null],
  ['@s.whatsapp.net', null],
  ['491701234567', null],
  ['+491701234567@c.us', null],
  ['0491701234567@c.us', null],
  ['1234567890123456@c.us', null],
  ['ana@c.us', null],
  // A LID that lost its server: digits that no country has.
  ['192233344455566@c.us', null],
  ['235081112223334@s.whatsapp.net', null],
  ['21012345678@c.us', null],
  // Ids older than a renumbering, and without the 9 or with the 1 that mobiles had.
  ['22559112233@c.us', phone('+22559112233')],
  ['23777012345@c.us', phone('+23777012345')],
  ['541123456789@c.us', phone('+541123456789')],
  ['ana@g.us', null],
  ['123@call', null],
];

test.each(addresses)('the address %j', (jid, parsed) => {
  expect(parseJid(jid)).toEqual(parsed);
});

test('people have an alias, other addresses none', () => {
  const aliasOf = (jid: string) => {
    const parsed = parseJid(jid);
    return parsed && toAlias(parsed);
  };
  expect(aliasOf('491701234567:3@c.us')).toEqual({ kind: 'phone', key: 'phone:+491701234567' });
  expect(aliasOf('4639135154355@lid')).toEqual({ kind: 'lid', key: 'lid:4639135154355' });
  expect(aliasOf('120363321708924123@g.us')).toBeNull();
  expect(aliasOf('status@broadcast')).toBeNull();
});

test('the digits of a LID are never a phone', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9]\d{6,14}$/),
      fc.constantFrom('', ':3', '_1', '_1:2'),
      fc.constantFrom('lid', 'hosted.lid', 'LID'),
      (digits, device, server) => {
        expect(parseJid(`${digits}${device}@${server}`)).toEqual({ kind: 'lid', lid: digits });
      },
    ),
  );
});

/** Every form of the table of addresses: only three servers carry a phone, whatever the digits look like. */
const servers = [
  ...['s.whatsapp.net', 'c.us', 'hosted', 'lid', 'hosted.lid', 'g.us', 'broadcast', 'newsletter', 'bot'],
  ...['call', 'msgr', 'interop'],
];
const phoneServers = ['s.whatsapp.net', 'c.us', 'hosted'];

test('only a phone account has a phone, in every form of an address', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[1-9]\d{6,17}$/),
      fc.constantFrom('', ':3', '_1', '_1:2', '-1511111111'),
      fc.constantFrom(...servers, ...servers.map((server) => server.toUpperCase())),
      (digits, device, server) => {
        const parsed = parseJid(`${digits}${device}@${server}`);
        const alias = parsed && toAlias(parsed);
        const isPhone = phoneServers.includes(server.toLowerCase());
        expect(alias?.kind === 'phone' && !isPhone).toBe(false);
        if (alias?.kind === 'phone') expect(alias.key).toBe(`phone:+${digits}`);
        if (parsed?.kind === 'lid') expect(alias).toEqual({ kind: 'lid', key: `lid:${digits}` });
      },
    ),
  );
});

test('a BSUID is no address of a phone or a LID', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,40}$/), (bsuid) => {
      expect(parseJid(bsuid)).toBeNull();
    }),
  );
});
