import { createPortal, type Portal } from '../../bitrix24/portal';
import type { ContactDirectory } from '../../linking/contact-directory';
import { lookUpNumbers } from '../../linking/look-up';
import { listOddNumbers, type CountryCode } from '../../domain/phone';
import { faultOf } from '../../linking/phone-quality';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { createMemoryBudgets } from '../bitrix24/memory-budgets';

let sandbox: SandboxPortal;
let portal: Portal;

beforeEach(async () => {
  sandbox = await startSandboxPortal();
  portal = createPortal({
    portalId: 'p1',
    webhookUrl: sandbox.webhookUrl,
    budgets: createMemoryBudgets(),
    idleWindowMs: 0,
  });
});

afterEach(async () => {
  await portal.close();
  await sandbox.stop();
});

const add = (...phones: string[]) => sandbox.addContact({ name: phones.join(' '), phones });

/** As after one watch: all contacts were read once, and what Bitrix24 does not find is in our own index. */
async function readAll(country: CountryCode | null): Promise<ContactDirectory> {
  const { cards } = await portal.contacts.scanContacts(null);
  const odd = cards.flatMap(({ crmContactId, phones }) =>
    phones.flatMap((value) => listOddNumbers(value, country)).map(({ e164 }) => ({ crmContactId, e164 })),
  );
  return {
    ...portal.contacts,
    listOdd: (e164s) => Promise.resolve(odd.filter(({ e164 }) => e164s.includes(e164))),
  };
}

async function lookUp(e164: string, country: CountryCode | null = null) {
  const [looked] = await lookUpNumbers(await readAll(country), [e164], country);
  if (!looked || 'error' in looked) throw new Error('the number could not be looked up');
  return looked.verdict;
}

const ownerOf = async (e164: string, country: CountryCode | null = null) => {
  const verdict = await lookUp(e164, country);
  return verdict.kind === 'matched' ? verdict.candidate.crmContactId : verdict.kind;
};

/** WhatsApp's number, the card's writing of it, and the portal's country. */
const found: [string, string, CountryCode | null][] = [
  ['+558591203123', '+55 85 9 9120-3123', 'BR'],
  ['+558591203123', '+558591203123', null],
  ['+5585991203123', '55 85 9120 3123', 'BR'],
  ['+5215512345678', '+52 55 1234 5678', 'MX'],
  ['+525512345678', '+52 1 55 1234 5678', null],
  ['+5491123456789', '011 15 2345-6789', 'AR'],
  ['+79123456789', '8 912 345 67 89', 'RU'],
  ['+79123456789', '8 (912) 345-67-89', 'KZ'],
  ['+16505551234', '16505551234', 'US'],
  ['+16505551234', '(650) 555-1234', 'US'],
  ['+4917612345678', '0049 176 12345678', null],
  ['+4917612345678', '00 49 176 12345678', 'RU'],
  ['+4917612345678', 'tel:+49-176-12345678', null],
  ['+4917612345678', '+4917612345678, +4930123456', null],
  ['+4917612345678', '+49 (0)176 12345678', null],
  ['+5491123456789', '+54 11 15 2345-6789', null],
  ['+5491123456789', '5491123456789', null],
  ['+5491123456789', '54 11 15 2345 6789', 'AR'],
  ['+79123456789', '+7 8 912 345-67-89', null],
  // The table of Bitrix24's own normaliser.
  ['+79991234567', '+7 (999) 123-45-67', null],
  ['+79991234567', '89991234567', 'RU'],
  ['+79991234567', '79991234567', null],
  ['+79991234567', '+79991234567#12', null],
  ['+14155552671', '+14155552671', null],
  ['+14155552671', '14155552671', null],
  ['+14155552671', '0014155552671', null],
  ['+14155552671', '01114155552671', 'US'],
  ['+447911123456', '+447911123456', null],
  ['+447911123456', '07911 123456', 'GB'],
  ['+8613812345678', '+8613812345678', null],
  ['+8613812345678', '8613812345678', null],
  ['+85291234567', '+852 9123 4567', null],
  ['+85291234567', '85291234567', null],
  ['+84912345678', '+84 91 234 56 78', null],
  ['+84912345678', '84912345678', null],
  ['+84912345678', '0912 345 678', 'VN'],
  ['+8801712345678', '+8801712345678', null],
  ['+8801712345678', '8801712345678', null],
  ['+8801712345678', '01712-345678', 'BD'],
  ['+819012345678', '819012345678', null],
  ['+819012345678', '090-1234-5678', 'JP'],
  ['+821012345678', '821012345678', null],
  ['+491701234567', '49 170 1234567', 'DE'],
  ['+4917612345678', '4917612345678', 'DE'],
];

test.each(found)('%s is found on the card that says %j (country %s)', async (e164, stored, country) => {
  const id = add(stored);
  expect(await ownerOf(e164, country)).toBe(id);
  // The second number of a field finds nobody: the report says so although the first one is found.
  expect(faultOf(stored, country)).toBe(stored.includes(',') ? 'not found by Bitrix24' : null);
});

/** Numbers that the portal's normaliser or a national reading would give to somebody else. */
const strangers: [string, string, CountryCode | null][] = [
  ['+8613812345678', '+7 613 812 34 56 78', null],
  ['+8613812345678', '+7613812345678', null],
  ['+84912345678', '+74912345678', null],
  ['+84912345678', '84912345678', 'RU'],
  ['+85291234567', '+75291234567', null],
  ['+8801712345678', '+7801712345678', null],
  ['+14155552671', '(415) 555-2671', null],
  ['+447911123456', '07911 123456', null],
  ['+447911123456', '07911 123456', 'DE'],
  ['+5491123456789', '+541123456789', null],
  ['+15105550123', '+5105550123', 'US'],
  ['+22559112233', '+225 07 59 11 22 33', null],
  ['+23777012345', '677012345', 'CM'],
];

test.each(strangers)(
  '%s is never linked by itself with the card that says %j (country %s)',
  async (e164, stored, country) => {
    add(stored);
    expect(await ownerOf(e164, country)).toBe('unmatched');
  },
);

/** What is no link by itself is shown to a person, who decides. */
const candidates = strangers.filter(([, stored]) => /^\+(5105550123|225|541)|^677/.test(stored));

test.each(candidates)(
  '%s has the card that says %j (country %s) for a candidate',
  async (e164, stored, country) => {
    const id = add(stored);
    expect(await lookUp(e164, country)).toMatchObject({
      candidates: [{ crmContactId: id, matchedValue: stored }],
    });
  },
);

test('a plus before a national number stands in the quality report', () => {
  expect(faultOf('+5105550123', 'US')).toBe('plus before a national number');
});

/** Bitrix24's own index has other digits for them and shows the card to no question: our index does. */
const odd: [string, string, CountryCode | null][] = [
  ['+6281234567890', '6281234567890.0', 'ID'],
  ['+4917612345678', '+49 176 12345678 ext. 12', null],
  ['+4917612345678', '0176 12345678 ext. 12', 'DE'],
  ['+4930123456', '+4917612345678, +4930123456', null],
  ['+4930123456', '+4917612345678 / 030 123456', 'DE'],
  ['+919876543210', '+９１ ９８７６５ ４３２１０', 'IN'],
  ['+919876543210', '９８７６５ ４３２１０', 'IN'],
  ['+558591203123', '+55 85 9 9120-3123 ramal 5', 'BR'],
  ['+5215587654321', '55 1234 5678 (WhatsApp), 55 8765 4321', 'MX'],
  ['+79123456789', '8 912 345 67 89 доб. 5', 'RU'],
];

test.each(odd)(
  '%s is found on the card that says %j (country %s) once all contacts were read',
  async (e164, stored, country) => {
    const id = add(stored);
    const [before] = await lookUpNumbers(portal.contacts, [e164], country);
    expect(before).toMatchObject({ verdict: { kind: 'unmatched' } });
    expect(await ownerOf(e164, country)).toBe(id);
    expect(faultOf(stored, country)).toBe('not found by Bitrix24');
  },
);

test('an odd card of somebody else makes two owners, not a choice', async () => {
  add('+49 176 12345678 ext. 12');
  add('+49 176 12345678');
  expect(await ownerOf('+4917612345678')).toBe('ambiguous');
});

test('digits that are an American number are no German number in a German portal', async () => {
  add('16505551234');
  expect(await ownerOf('+4916505551234', 'DE')).toBe('unmatched');
});

test('Chinese, Vietnamese, Hong Kong and Bangladeshi numbers find their contact beside a Russian one', async () => {
  const numbers = ['+8613812345678', '+84912345678', '+85291234567', '+8801712345678'];
  for (const e164 of numbers) add(`+7${e164.slice(2)}`);
  const owners = numbers.map((e164, index) => add(index % 2 ? e164 : e164.slice(1)));
  for (const [index, e164] of numbers.entries()) expect(await ownerOf(e164)).toBe(owners[index]);
  for (const e164 of numbers) expect(await ownerOf(e164, 'RU')).not.toBe(numbers.indexOf(e164) + 1);
});

test('two owners are an answer, not a choice, however each writes the number', async () => {
  const ids = [add('+49 170 1234567'), add('0170/1234567')];
  const verdict = await lookUp('+491701234567', 'DE');
  expect(verdict.kind === 'ambiguous' && verdict.candidates.map(({ crmContactId }) => crmContactId)).toEqual(
    ids,
  );
});

test('all writings of one number cost one command, and many numbers one request', async () => {
  for (const [e164, stored] of found.slice(0, 3)) add(stored, e164);
  const numbers = Array.from({ length: 50 }, (_, index) => `+5491123${String(456_000 + index)}`);
  sandbox.resetStats();
  await lookUpNumbers(portal.contacts, numbers, 'AR');
  expect(sandbox.stats()).toMatchObject({ requests: 1, batchFill: { 50: 1 } });
});

test('strangers who share parts of a number do not make it a doubt', async () => {
  for (let index = 0; index < 12; index += 1) add('1701234567');
  for (let index = 0; index < 12; index += 1) add('+49 (0)170 1234567'.replace('4567', '45678'));
  for (let index = 0; index < 12; index += 1) add('+7 017 0123 45 67');
  const id = add('+491701234567');
  const strangers = Array.from({ length: 12 }, () => add('+1 701 234 567'));
  expect(strangers).toHaveLength(12);
  expect(await ownerOf('+491701234567', 'DE')).not.toBe(strangers[0]);
  expect(await ownerOf('+491701234567')).toBe(id);
});

test('a number of twenty contacts is a doubt, and hinders nobody else', async () => {
  for (let index = 0; index < 20; index += 1) add('+491709999999');
  const id = add('+491701234567');
  const looked = await lookUpNumbers(portal.contacts, ['+491709999999', '+491701234567'], 'DE');
  expect(looked[0]).toEqual({ verdict: { kind: 'ambiguous', candidates: [] } });
  expect(looked[1]).toMatchObject({ verdict: { kind: 'matched', candidate: { crmContactId: id } } });
});

test('what Bitrix24 finds and we cannot verify is a candidate with its reason, and no reason to make a contact', async () => {
  const id = add('8 (999) 123-45-67');
  const verdict = await lookUp('+79991234567', 'DE');
  expect(verdict).toMatchObject({
    kind: 'unmatched',
    candidates: [
      {
        crmContactId: id,
        matchedValue: '8 (999) 123-45-67',
        rule: 'found by Bitrix24, and its value is not surely this number',
      },
    ],
  });
});

test('a number of another country that Bitrix24 takes for this one is no candidate', async () => {
  add('+7 613 812 34 56 78');
  expect(await lookUp('+8613812345678')).toEqual({ kind: 'unmatched', candidates: [] });
});

test('a contact that has the number and may not be read is a doubt, also beside one that can be read', async () => {
  const [hidden, seen] = [add('+491701234567'), add('0170 1234567')];
  sandbox.setSettings({ hiddenContacts: [hidden] });
  const look = async () => {
    const [looked] = await lookUpNumbers(portal.contacts, ['+491701234567'], 'DE');
    return looked;
  };
  const unread = { crmContactId: hidden, rule: 'a contact has this number but cannot be read' };
  expect(await look()).toMatchObject({
    verdict: { kind: 'unreadable', candidates: [{ crmContactId: seen }, unread] },
  });
  sandbox.deleteContact(seen);
  expect(await look()).toMatchObject({ verdict: { kind: 'unreadable', candidates: [unread] } });
  sandbox.deleteContact(hidden);
  expect(await look()).toEqual({ verdict: { kind: 'unmatched', candidates: [] } });
});

test('contacts that may not be read are told apart from those that are gone, in one request', async () => {
  const [hidden, seen, gone] = [add('1'), add('2'), add('3')];
  sandbox.setSettings({ hiddenContacts: [hidden] });
  sandbox.deleteContact(gone);
  const { cards, unreadable } = await portal.contacts.readCards([hidden, seen, gone]);
  expect(cards.map(({ crmContactId }) => crmContactId)).toEqual([seen]);
  expect(unreadable).toEqual([hidden]);
});
