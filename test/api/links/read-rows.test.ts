import { readRows } from '../../../api/bulk/read-rows';

const read = async (body: unknown) => (await readRows(body)).map(({ row, value }) => ({ row, ...value }));
const refusal = (body: unknown) =>
  readRows(body).then(
    () => null,
    (error: unknown) => JSON.parse(JSON.stringify(error)),
  );

const ana = { row: 2, phone: '+49 170 1', crmContactId: 7, name: 'Ana' };

test.each([
  ['commas', 'phone,contact,name\r\n+49 170 1,7,Ana\r\n'],
  ['semicolons, as Excel writes them, with a byte order mark', '\uFEFFPhone;Contact;Name\r\n+49 170 1;7;Ana'],
  ['tabs', 'phone\tcrmContactId\tname\n+49 170 1\t7\tAna\n'],
  ['quotes, and an apostrophe before a formula', `"name","contact","phone"\n"Ana","7","'+49 170 1"\n`],
])('a table with %s is read', async (_name, csv) => {
  expect(await read(csv)).toEqual([ana]);
});

test('cells hold delimiters, quotes and lines; empty rows are passed over, and rows keep their numbers', async () => {
  const csv = 'phone;name;contact\n+49 170 1;"Weber, ""Ana""\nGmbH";7\n;;\n+49 170 2\n';
  expect(await read(csv)).toEqual([
    { row: 2, phone: '+49 170 1', name: 'Weber, "Ana"\nGmbH', crmContactId: 7 },
    { row: 4, phone: '+49 170 2' },
  ]);
});

test('rows come as JSON, too, numbered by their place', async () => {
  const rows = [{ phone: '+49 170 1' }, { phone: '+49 170 2', crmContactId: 8 }];
  expect(await read({ rows })).toEqual(rows.map((value, row) => ({ row, ...value })));
});

test.each([
  ['phone,contact\n+49 170 1,x\n', 'rows.2.crmContactId'],
  ['phone,contact\n,7\n', 'rows.2.phone'],
  ['phone,contact\n+49 170 1,0\n', 'rows.2.crmContactId'],
  ['phone,contact\n+49 170 1,7\n+49 170 2,7,8\n', 'rows.3'],
  ['phone,contact\n+49 170 1,"7\n', 'rows.2'],
  ['phone,contract\n+49 170 1,7\n', 'rows.1'],
  ['contact\n7\n', 'rows.1'],
  ['phone,number\n1,2\n', 'rows.1'],
  ['phone\n', 'rows'],
  ['phone\n\uFFFD\n', 'rows'],
  [{ rows: [{ phone: '+49 170 1' }, { phone: '1', crmContactId: '7' }] }, 'rows.1.crmContactId'],
  [{ rows: [{ phone: '+49 170 1', odd: 1 }] }, 'rows.0'],
  [{ rows: [] }, 'rows'],
  [{}, 'rows'],
])('what cannot be read is named by its row and column: %j', async (body, field) => {
  const { status, errors } = await refusal(body);
  expect([status, errors[0].field]).toEqual([422, field]);
});

test('100,001 rows are refused, and what is wrong is counted, however much it is', async () => {
  const rows = Array.from({ length: 100_001 }, () => '+491701');
  expect(await refusal(['phone', ...rows].join('\n'))).toMatchObject({
    errors: [{ field: 'rows', message: 'has at most 100000 rows' }],
  });
  const bad = Array.from({ length: 60 }, () => ({ crmContactId: 7 }));
  const { detail, errors } = await refusal({ rows: bad });
  expect([detail, errors.length]).toEqual(['Nobody was linked: 60 of 60 rows cannot be read.', 50]);
});
