import { Connection } from '@temporalio/client';
import mongoose from 'mongoose';
import { mongoUri, temporalAddress, uniqueDatabaseName } from '../helpers/servers';
import { openTimeSkipping } from '../helpers/time-skipping';

test('the suite has a MongoDB that enforces unique keys', async () => {
  const connection = await mongoose.createConnection(mongoUri(uniqueDatabaseName())).asPromise();
  try {
    const things = connection.collection('things');
    await things.createIndex({ key: 1 }, { unique: true });
    await things.insertOne({ key: 'a' });
    await expect(things.insertOne({ key: 'a' })).rejects.toMatchObject({ code: 11000 });
  } finally {
    await connection.dropDatabase();
    await connection.close();
  }
});

test('a document is read as it was before a change or after it, and reading beside writers loses no connection', async () => {
  const options = { retryReads: false, retryWrites: false };
  const connection = await mongoose.createConnection(mongoUri(uniqueDatabaseName()), options).asPromise();
  const things = connection.collection('things');
  const fields = (value: number) =>
    Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`field${index}`, value]));
  async function write(): Promise<void> {
    for (let value = 1; value <= 60; value += 1)
      await things.updateMany({}, value % 2 ? { $unset: fields(1) } : { $set: fields(value) });
  }
  async function read(): Promise<void> {
    for (let time = 0; time < 60; time += 1)
      for (const found of await things.find().toArray())
        expect(new Set(Object.values(found).slice(1)).size).toBeLessThanOrEqual(1);
  }
  try {
    await things.insertMany(Array.from({ length: 100 }, () => fields(0)));
    await Promise.all([write(), read(), read(), read()]);
  } finally {
    await connection.dropDatabase();
    await connection.close();
  }
});

test('the suite has a Temporal server', async () => {
  const connection = await Connection.connect({ address: temporalAddress() });
  try {
    const { namespaceInfo } = await connection.workflowService.describeNamespace({ namespace: 'default' });
    expect(namespaceInfo?.name).toBe('default');
  } finally {
    await connection.close();
  }
});

test('the suite has a time-skipping server', async () => {
  const environment = await openTimeSkipping();
  try {
    const before = await environment.currentTimeMs();
    await environment.sleep('1 hour');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    await environment.teardown();
  }
});
