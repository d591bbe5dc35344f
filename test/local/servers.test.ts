import { Connection } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import mongoose from 'mongoose';
import { mongoUri, temporalAddress, timeSkippingServerPath, uniqueDatabaseName } from '../helpers/servers';

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
  const path = timeSkippingServerPath();
  const environment = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path } },
  });
  try {
    const before = await environment.currentTimeMs();
    await environment.sleep('1 hour');
    expect((await environment.currentTimeMs()) - before).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    await environment.teardown();
  }
});
