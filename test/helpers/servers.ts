import { randomBytes } from 'node:crypto';

export { freePort } from '../../local/ports';

/** The connection string of a database on the suite's MongoDB. */
export function mongoUri(databaseName: string): string {
  return `${required('TEST_MONGODB_URL').replace(/\/+$/, '')}/${databaseName}`;
}

/** A database name that no other test uses. */
export function uniqueDatabaseName(): string {
  return `test_${process.pid}_${randomBytes(6).toString('hex')}`;
}

/** `host:port` of the suite's Temporal dev server, namespace `default`. */
export function temporalAddress(): string {
  return required('TEST_TEMPORAL_ADDRESS');
}

/** For `TestWorkflowEnvironment.createTimeSkipping({ server: { executable: { type: 'existing-path', path } } })`. */
export function timeSkippingServerPath(): string {
  return required('TEST_TIME_SKIPPING_SERVER');
}

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: the suite's servers are started by Jest's globalSetup`);
  return value;
}
