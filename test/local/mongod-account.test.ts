import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMongod, toLocalUri, type MongodDoor } from '../../local/servers/mongod-account';
import { mongoCommand } from '../../local/servers/server-commands';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mongod-account-'));
  mkdirSync(join(folder, 'mongo'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, 'mongo-password');
const password = () => readFileSync(file(), 'utf8').trim();

/** A mongod with accounts: the first may be made by anybody on the machine, and no other. */
function fakeMongod(accounts: string[] = []) {
  const asked: string[] = [];
  const door: MongodDoor = {
    signIn(uri) {
      asked.push('signIn');
      return Promise.resolve(accounts.includes(new URL(uri).password) ? 'yes' : 'refused');
    },
    createAccount(uri, made) {
      asked.push('createAccount');
      expect(new URL(uri).password).toBe('');
      if (accounts.length > 0) return Promise.resolve(false);
      accounts.push(made);
      return Promise.resolve(true);
    },
  };
  return { door, asked, accounts };
}

test('a mongod without accounts, new or of before, gets ours, with a password that only we can read', async () => {
  const { door, accounts } = fakeMongod();
  const uri = await openMongod(folder, 27_017, door);
  expect(accounts).toEqual([password()]);
  expect(password().length).toBeGreaterThan(40);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect(uri).toBe(`mongodb://contact-link:${password()}@127.0.0.1:27017/contact_link?authSource=admin`);
  expect(toLocalUri(folder, 27_017)).toBe(uri);
});

test('from then on it is opened with it, and no account is made', async () => {
  const { door, asked } = fakeMongod();
  const first = await openMongod(folder, 27_017, door);
  asked.length = 0;
  expect(await openMongod(folder, 27_017, door)).toBe(first);
  expect(asked).toEqual(['signIn']);
});

test('a start that died before the account was made is followed by one that makes it with the same password', async () => {
  const { door, accounts } = fakeMongod();
  const dead = () => Promise.reject(new Error('this process is dead'));
  await expect(openMongod(folder, 27_017, { ...door, createAccount: dead })).rejects.toThrow('dead');
  const kept = password();
  await openMongod(folder, 27_017, door);
  expect(accounts).toEqual([kept]);
});

test('a start that died right after the account was made finds it', async () => {
  const { door, accounts } = fakeMongod();
  const makeAndDie: MongodDoor['createAccount'] = async (uri, made) => {
    await door.createAccount(uri, made);
    throw new Error('this process is dead');
  };
  await expect(openMongod(folder, 27_017, { ...door, createAccount: makeAndDie })).rejects.toThrow('dead');
  await openMongod(folder, 27_017, door);
  expect(accounts).toEqual([password()]);
});

test('a mongod with accounts of others says what to do, and names no password', async () => {
  writeFileSync(file(), 'not-the-password\n');
  const { door } = fakeMongod(['somebody-else']);
  const failed = openMongod(folder, 27_017, door);
  await expect(failed).rejects.toThrow(/has accounts.*MONGODB_URI/);
  await expect(failed).rejects.not.toThrow(/not-the-password/);
});

test('only a mongod of npm start asks for accounts; the stand-in has none', () => {
  const mongod = { kind: 'mongod', path: '/usr/bin/mongod', why: '' } as const;
  const argsOf = (withAccounts: boolean) =>
    mongoCommand(mongod, { port: 27_017, dataDir: folder, withAccounts }).args;
  expect(argsOf(true)).toContain('--auth');
  expect(argsOf(false)).not.toContain('--auth');
  rmSync(join(folder, 'mongo'), { recursive: true });
  expect(toLocalUri(folder, 27_017)).toBe('mongodb://127.0.0.1:27017/contact_link');
});
