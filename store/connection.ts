import mongoose, { type Connection } from 'mongoose';

/** A new id: an ObjectId in hex. Ids made by one process sort by the time they were made. */
export const newId = (): string => new mongoose.Types.ObjectId().toHexString();

/** The id that stands before all that were made at this time or later, to the second. */
export const newIdAt = (at: Date): string =>
  `${Math.floor(at.getTime() / 1_000)
    .toString(16)
    .padStart(8, '0')}0000000000000000`;

/**
 * Opens a connection of its own. Every write waits for the journal: a message is acknowledged only when it would
 * survive a crash. Fails within five seconds when the server cannot be reached.
 */
export async function openConnection(uri: string): Promise<Connection> {
  const connection = mongoose.createConnection(uri, {
    autoIndex: false,
    autoCreate: false,
    bufferCommands: false,
    serverSelectionTimeoutMS: 5_000,
    socketTimeoutMS: 30_000,
    retryWrites: false,
    writeConcern: { w: 'majority', journal: true },
    maxPoolSize: 20,
  });
  return connection.asPromise();
}
