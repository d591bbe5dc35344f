import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chooseServerData } from '../../local/server-data';

let dataDir: string;
beforeEach(() => (dataDir = mkdtempSync(join(tmpdir(), 'contact-link-data-'))));
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const choose = (webhookUrl: string | null, mongodbUri: string | null = null) =>
  chooseServerData({ dataDir, mongodbUri, bitrix24: { webhookUrl } });

const real = 'https://example.bitrix24.test/rest/1/secret/';

test('servers that are started keep the sandbox in a folder of its own, and a real portal in DATA_DIR', () => {
  expect(choose(null)).toEqual({ folder: join(dataDir, 'sandbox'), mongodbUri: null });
  expect(existsSync(join(dataDir, 'sandbox'))).toBe(true);
  expect(choose(real)).toEqual({ folder: dataDir, mongodbUri: null });
});

test.each([
  ['mongodb://db.test:27017/contact_link', 'mongodb://db.test:27017/contact_link_sandbox'],
  ['mongodb://u:p@a.test/link?w=1', 'mongodb://u:p@a.test/link_sandbox?w=1&authSource=link'],
  ['mongodb+srv://u:p%2F@a.test/link?w=1', 'mongodb+srv://u:p%2F@a.test/link_sandbox?w=1'],
  [
    'mongodb://a.test:1,b.test:2/link?authSource=/x',
    'mongodb://a.test:1,b.test:2/link_sandbox?authSource=/x',
  ],
])('on a MongoDB that was given the sandbox has a database of its own: %s', (uri, expected) => {
  expect(choose(null, uri).mongodbUri).toBe(expected);
  expect(choose(real, uri).mongodbUri).toBe(uri);
});
