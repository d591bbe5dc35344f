import { createPortal, type Portal } from '../../bitrix24/portal';
import { lookUpNumbers } from '../../linking/look-up';
import { listOddNumbers, type CountryCode } from '../../domain/phone';
import { startSandboxPortal, type SandboxPortal } from '../../sandbox/portal';
import { createMemoryBudgets } from '../bitrix24/memory-budgets';
import { opened } from '../scenes/opened';

/** Cards as people reported them, looked up as the portal finds them. */
const sandbox: SandboxPortal = opened(startSandboxPortal, (portal) => portal.stop(), 'test');
const portal: Portal = opened(
  () =>
    Promise.resolve(
      createPortal({
        portalId: 'p1',
        webhookUrl: sandbox.webhookUrl,
        budgets: createMemoryBudgets(),
        idleWindowMs: 0,
      }),
    ),
  (one) => one.close(),
  'test',
);

async function lookUp(e164: string, country: CountryCode | null) {
  const { cards } = await portal.contacts.scanContacts(null);
  const odd = cards.flatMap(({ crmContactId, phones }) =>
    phones
      .flatMap((value) => listOddNumbers(value, country))
      .map((one) => ({ crmContactId, e164: one.e164 })),
  );
  const listOdd = (e164s: readonly string[]) =>
    Promise.resolve(odd.filter((one) => e164s.includes(one.e164)));
  const [looked] = await lookUpNumbers({ ...portal.contacts, listOdd }, [e164], country);
  if (!looked || 'error' in looked) throw new Error('the number could not be looked up');
  return looked.verdict;
}

test.each<[string, string, CountryCode | null]>([
  ['+6281234567890', '6281234567890.0', 'ID'],
  ['+4917612345678', '4917612345678.0', 'DE'],
  ['+14155552671', '14155552671.0', 'US'],
  ['+78125550101', '+78125550101#404812', 'RU'],
  ['+78125550101', '8 (812) 555-01-01 доб.12', 'RU'],
  ['+78125550101', '+7 812 555 01 01 ext. 3', 'RU'],
  ['+79991234567', '+7999 123 45 67', 'RU'],
  ['+79991234567', '8999 123 45 67', 'RU'],
  ['+380501234567', '380501234567', 'UA'],
  ['+380501234567', '0501234567', 'UA'],
  ['+79167654321', '8-916-123-45-67, 8-916-765-43-21', 'RU'],
  ['+79167654321', '8-916-123-45-67/8-916-765-43-21', 'RU'],
  ['+79167654321', '8-916-123-45-67 +7-916-765-43-21', 'RU'],
  ['+447911123456', '+4407911123456', 'GB'],
  ['+4917612345678', '+49017612345678', 'DE'],
  ['+79161234567', '+789161234567', 'RU'],
  ['+5511987654321', '+55011987654321', 'BR'],
])('%s is found on the card that says %j (country %s)', async (e164, stored, country) => {
  const id = sandbox.addContact({ name: 'Ana', phones: [stored] });
  expect(await lookUp(e164, country)).toMatchObject({ kind: 'matched', candidate: { crmContactId: id } });
});

test.each<[string, string, CountryCode | null]>([
  ['+62812345678900', '6281234567890.0', 'ID'],
  ['+49176123456780', '4917612345678.0', 'DE'],
  ['+447900000000', '4.47900E+11', 'GB'],
  ['+5350000000', '5.35E+09', null],
])('%s is nobody’s on the card that says %j (country %s)', async (e164, stored, country) => {
  sandbox.addContact({ name: 'Ana', phones: [stored] });
  expect((await lookUp(e164, country)).kind).toBe('unmatched');
});

test('a number that stands on fifteen contacts is nobody’s for certain', async () => {
  const dummy = '+7 999 999-99-99';
  for (let at = 0; at < 15; at += 1) sandbox.addContact({ name: `Card ${at}`, phones: [dummy] });
  const verdict = await lookUp('+79999999999', 'RU');
  expect(verdict.kind).toBe('ambiguous');
});
