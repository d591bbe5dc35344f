import { createHash } from 'node:crypto';
import { HashMismatchError } from './errors';

/** The hash by which bytes are kept: SHA-256 in hex. */
export const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Sources write the digits in either case. */
export const isSameHash = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/** Throws when bytes have another hash than was said of them; nothing said is no other one. */
export function expectHash(said: string | null | undefined, found: string): void {
  if (said && !isSameHash(said, found)) throw new HashMismatchError();
}
