import fc from 'fast-check';
import { createPortal, type Portal } from '../../bitrix24/portal';
import { assessNext } from '../../linking/assess-contacts';
import { toCsv } from '../../api/http/csv';
import { mayBeOnePerson, toPhoneAlias } from '../../domain/identity';
import { pauseAfterMisses } from '../../domain/rhythm/lookup-pauses';
import { joinAssessed, toQualityRows, type AssessedContact } from '../../linking/phone-quality';
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

async function assess() {
  const contacts: AssessedContact[] = [];
  for (let after: string | null = null; ;) {
    const page = await assessNext(portal.contacts, after, 'DE');
    contacts.push(...page.contacts);
    after = page.after;
    if (after === null) return joinAssessed(contacts);
  }
}

test('the report names what cannot be matched and why, and who shares a number', async () => {
  const add = (name: string, ...phones: string[]) => sandbox.addContact({ name, phones });
  const [note, short, extension, none] = [
    add('Note', 'ask Anna'),
    add('Short', '+49 12'),
    add('Extension', '+49 170 1111111 ext. 12'),
    add('None'),
  ];
  const shared = [add('A', '+49 170 1234567'), add('B', '0170/1234567')];
  const report = await assess();
  expect(report).toMatchObject({ contacts: 6, withoutPhone: 1, values: 5 });
  expect(report.unmatchable.map(({ crmContactId, fault }) => [crmContactId, fault])).toEqual([
    [note, 'no number'],
    [short, 'no number'],
    [extension, 'not found by Bitrix24'],
  ]);
  expect(report.shared).toEqual([
    { e164: '+491701234567', contacts: shared.map((id, i) => ({ crmContactId: id, name: 'AB'[i] })) },
  ]);
  expect(none).toBeGreaterThan(0);
  expect(toQualityRows(report)).toHaveLength(1 + 3 + 2);
});

test('every contact of a large portal is read, a page at a request', async () => {
  for (let index = 0; index < 230; index += 1) sandbox.addContact({ name: `C${index}`, phones: [] });
  // A change within the portal's last seconds may still change: the list ends before it.
  sandbox.setClockOffset(60_000);
  sandbox.resetStats();
  expect((await assess()).contacts).toBe(230);
  expect(sandbox.stats().requests).toBeLessThanOrEqual(6);
});

test('a cell that a spreadsheet would take for a formula is text', () => {
  const csv = toCsv([['=1+1', '+49', '-1', '@a', ' =x', 'a,b', 'say "no"', 'two\nlines', 'plain']]);
  expect(csv).toBe(`\uFEFF'=1+1,'+49,'-1,'@a,' =x,"a,b","say ""no""","two\nlines",plain\r\n`);
});

/** A reader of RFC 4180, for the test. */
function parseCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  for (const [, quoted, plain = '', end] of text
    .slice(1)
    .matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)) {
    rows.at(-1)?.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

test('what was written is read again, whatever the cells hold', () => {
  const cell = fc.string({ unit: 'grapheme' }).filter((text) => !/^\s*[=+\-@]|^[\t\r]/.test(text));
  fc.assert(
    fc.property(fc.array(fc.array(cell, { minLength: 1 }), { minLength: 1 }), (rows) => {
      expect(parseCsv(toCsv(rows))).toEqual(rows);
    }),
  );
});

test('pauses grow to a day, and two writings of one number are one person', () => {
  expect([1, 2, 3, 4, 5, 99].map((misses) => pauseAfterMisses(misses) / 60_000)).toEqual([
    3, 10, 60, 360, 1_440, 1_440,
  ]);
  const may = (one: string, other: string) => mayBeOnePerson([toPhoneAlias(one)], [toPhoneAlias(other)]);
  expect(may('+558591203123', '+5585991203123')).toBe(true);
  expect(may('+541123456789', '+5491123456789')).toBe(false);
  expect(may('+491701234567', '+491701234568')).toBe(false);
  expect(mayBeOnePerson([toPhoneAlias('+491701234567')], [])).toBe(true);
});
