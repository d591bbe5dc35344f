import { randomBytes } from 'node:crypto';

/** The last line of a comment of ours: nobody can guess it, so nobody can forge it. */
export const newMarker = (): string => `contact-link#${randomBytes(12).toString('hex')}`;
