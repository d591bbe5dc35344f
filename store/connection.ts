import mongoose, { type Connection } from 'mongoose';

const secondsDigits = 8;
const toDigits = (seconds: number): string => seconds.toString(16).padStart(secondsDigits, '0');

let newest = '';

/**
 * A new id: an ObjectId in hex. Ids made by one process sort in the order in which they were made: chats are read in it. An ObjectId's counter
 * begins anew after 16 million, within a second, and a clock is set back now and then: such an id takes the newest one's second, or the next.
 */
export function newId(): string {
  let id = new mongoose.Types.ObjectId().toHexString();
  for (let seconds = Number.parseInt(newest.slice(0, secondsDigits), 16); id <= newest; seconds += 1)
    id = toDigits(seconds) + id.slice(secondsDigits);
  newest = id;
  return id;
}

/** The id that stands before all that were made at this time or later, to the second. */
export const newIdAt = (at: Date): string => `${toDigits(Math.floor(at.getTime() / 1_000))}0000000000000000`;

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
