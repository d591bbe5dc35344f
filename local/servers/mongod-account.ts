import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { mongodFolder } from './find-mongo';

/** The file with the password of our account in a mongod that `npm start` runs, beside the data that it opens. */
const passwordFile = 'mongo-password';
const userName = 'contact-link';
const database = 'contact_link';

/** What a mongod says to somebody who signs in with our account. */
export type SignedIn = 'yes' | 'refused';

/** The two questions to a mongod; `createAccount` gives false where it has accounts already, and none of them asked. */
export interface MongodDoor {
  signIn(uri: string): Promise<SignedIn>;
  createAccount(uri: string, password: string): Promise<boolean>;
}

const toUri = (port: number, password: string | null): string =>
  password === null
    ? `mongodb://127.0.0.1:${port}/${database}`
    : `mongodb://${userName}:${password}@127.0.0.1:${port}/${database}?authSource=admin`;

const findPassword = (folder: string): string | null => {
  const path = join(folder, passwordFile);
  return existsSync(path) ? readFileSync(path, 'utf8').trim() : null;
};

/** The address of the database that `npm start` runs with its data in this folder: with our account where it is a mongod's. */
export const toLocalUri = (folder: string, port: number): string =>
  toUri(port, existsSync(join(folder, mongodFolder)) ? findPassword(folder) : null);

/** The password as it is kept, or a new one. It is kept before the account is made: after a crash in between the next start makes the account with it. */
function ensurePassword(folder: string): string {
  const known = findPassword(folder);
  if (known !== null && known !== '') return known;
  const password = randomBytes(32).toString('base64url');
  writeFileSync(join(folder, passwordFile), `${password}\n`, { mode: 0o600 });
  return password;
}

const lockedOut = (folder: string): Error =>
  new Error(
    `The MongoDB in ${join(folder, mongodFolder)} has accounts, and the password in ${join(folder, passwordFile)} is of none of them. Put back the file that was there; or, with an account of your own, start this MongoDB yourself and name it in MONGODB_URI.`,
  );

/**
 * Opens a mongod that runs with `--auth` and gives the address to use. One without any account, a new one or one of before, lets somebody on this
 * machine make the first: that is ours. Throws where it has accounts and none is ours.
 */
export async function openMongod(folder: string, port: number, door: MongodDoor = realDoor): Promise<string> {
  const password = ensurePassword(folder);
  const uri = toUri(port, password);
  if ((await door.signIn(uri)) === 'yes') return uri;
  // Two starters cannot be here at once; whoever loses to another program's account is locked out, and says so.
  const isMade = await door.createAccount(toUri(port, null), password);
  if (isMade && (await door.signIn(uri)) === 'yes') return uri;
  throw lockedOut(folder);
}

const codes = { authenticationFailed: 18, unauthorized: 13, alreadyThere: 51_003 };
const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

async function withConnection<Result>(
  uri: string,
  use: (connection: mongoose.Connection) => Promise<Result>,
): Promise<Result> {
  const connection = mongoose.createConnection(uri, { serverSelectionTimeoutMS: 10_000 });
  try {
    await connection.asPromise();
    return await use(connection);
  } finally {
    await connection.close();
  }
}

const realDoor: MongodDoor = {
  async signIn(uri) {
    try {
      return await withConnection(uri, async ({ db }) => {
        await db?.listCollections({}, { nameOnly: true }).toArray();
        return 'yes' as const;
      });
    } catch (error) {
      if (codeOf(error) === codes.authenticationFailed || codeOf(error) === codes.unauthorized)
        return 'refused';
      throw error;
    }
  },
  async createAccount(uri, password) {
    const roles = [{ role: 'dbOwner', db: database }];
    try {
      return await withConnection(uri, async (connection) => {
        const admin = connection.getClient().db('admin');
        await admin.command({ createUser: userName, pwd: password, roles });
        return true;
      });
    } catch (error) {
      if (codeOf(error) === codes.unauthorized || codeOf(error) === codes.alreadyThere) return false;
      throw error;
    }
  },
};
