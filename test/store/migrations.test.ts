import { openConnection } from '../../store/connection';
import { createLeases } from '../../store/leases';
import { migrate, MigrationError } from '../../store/migrations/migrate';
import type { Step } from '../../store/migrations/step';
import { steps } from '../../store/migrations/steps';
import { openStore } from '../../store/store';
import { mongoUri, uniqueDatabaseName } from '../helpers/servers';
import { atOnce, encryptionKey } from '../scenes/store';

type Opened = Awaited<ReturnType<typeof openConnection>>;
const open: Opened[] = [];
afterAll(() => Promise.all(open.map((connection) => connection.close())));

/** A connection to a database of its own, or to this one. */
async function connect(name = uniqueDatabaseName()) {
  const connection = await openConnection(mongoUri(name));
  open.push(connection);
  const { db } = connection;
  if (!db) throw new Error('not open');
  return { connection, db, uri: mongoUri(name), leases: createLeases(connection) };
}

const stepOf = (name: string, up: Step['up']): Step => ({ name, up });

test('what the first versions stored gets the form of today once', async () => {
  const { db, uri } = await connect();
  const createdAt = new Date('2026-01-02T03:04:05Z');
  const operation = {
    _id: 'o1' as never,
    portalId: 'p',
    linkId: 'l',
    kind: 'unlink',
    state: 'done',
    createdAt,
  };
  await db.collection('operations').insertOne({ ...operation, done: 1, total: 1, reason: null });
  await db.collection('portals').insertOne({ _id: 'p' as never, host: 'a.example', createMissing: 'always' });
  await db.collection('reviews').createIndex({ linkId: 1 }, { unique: true });
  await db.collection('reviews').createIndex({ ownerOfTheirOwn: 1 });

  await (await openStore({ uri, encryptionKey })).close();
  expect(await db.collection('operations').findOne()).toMatchObject({ updatedAt: createdAt });
  expect(await db.collection('portals').findOne()).toMatchObject({
    createMissing: 'always',
    groupMode: 'linked-members',
    disconnectedAt: null,
  });
  const names = (await db.collection('reviews').indexes()).map(({ name }) => name);
  expect(names).toContain('ownerOfTheirOwn_1');
  expect(names).not.toContain('linkId_1');
  const known = await db.collection('migrations').find().sort({ _id: 1 }).toArray();
  expect(known.map(({ _id }) => String(_id))).toEqual(steps.map(({ name }) => name));

  // An older process, which still runs, writes as it did; nothing goes over it again.
  await db.collection('operations').updateOne({}, { $unset: { updatedAt: 1 } });
  await (await openStore({ uri, encryptionKey })).close();
  expect(await db.collection('operations').findOne()).not.toHaveProperty('updatedAt');
});

test('of many processes that start at once one works, and none goes on before it is done', async () => {
  const { uri } = await connect();
  const name = uri.slice(uri.lastIndexOf('/') + 1);
  const ran: string[] = [];
  const slow = (id: string) =>
    stepOf(id, async (db) => {
      ran.push(id);
      await db.collection('said').insertOne({ id });
    });
  const wanted = [slow('0001-a'), slow('0002-b')];
  const seen = await atOnce(5, async () => {
    const { connection, leases, db } = await connect(name);
    await migrate(connection, leases, wanted);
    return db.collection('said').countDocuments();
  });
  expect(ran).toEqual(['0001-a', '0002-b']);
  expect(seen).toEqual([2, 2, 2, 2, 2]);
});

test('a step that dies half-way is run again, whole, and those before it are not', async () => {
  const { connection, leases, db } = await connect();
  await db.collection<{ _id: number; done?: boolean }>('things').insertMany([{ _id: 1 }, { _id: 2 }]);
  let lives = 0;
  let firsts = 0;
  const first = stepOf('0001-first', () => Promise.resolve(void (firsts += 1)));
  const second = stepOf('0002-second', async () => {
    const things = db.collection<{ _id: number; done?: boolean; times?: number }>('things');
    for (const _id of [1, 2]) {
      if (_id === 2 && (lives += 1) === 1) throw new Error('+4917012345678 is in the way');
      await things.updateOne({ _id, done: { $exists: false } }, { $set: { done: true }, $inc: { times: 1 } });
    }
  });
  const failed = migrate(connection, leases, [first, second]);
  await expect(failed).rejects.toThrow(MigrationError);
  await expect(failed).rejects.toMatchObject({ code: '0002-second' });
  await migrate(connection, leases, [first, second]);
  expect([firsts, lives]).toEqual([1, 2]);
  expect(await db.collection('things').countDocuments({ done: true, times: 1 })).toBe(2);
});

test('the work of a process that was killed is taken over once its time is up', async () => {
  const { connection, leases } = await connect();
  const takenAt = Date.now();
  await leases.take('migrations', 'killed', 700);
  const ran: number[] = [];
  await migrate(connection, leases, [
    stepOf('0001-a', () => Promise.resolve(void ran.push(Date.now() - takenAt))),
  ]);
  expect(ran).toHaveLength(1);
  expect(ran[0]).toBeGreaterThanOrEqual(700);
});

test('a process that is slow keeps its turn by asking for it again', async () => {
  const { connection, leases } = await connect();
  let asked: () => void;
  const askedAgain = new Promise<void>((resolve) => (asked = resolve));
  const renew: typeof leases.renew = async (...given) => {
    await leases.renew(...given);
    asked();
  };
  const long = stepOf('0001-long', () => askedAgain);
  await migrate(connection, { ...leases, renew }, [long], { holdMs: 300 });
  expect(await connection.db?.collection('migrations').countDocuments()).toBe(1);
});
