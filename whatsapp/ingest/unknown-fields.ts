import { ingestMessage, ingestRequest } from './schema';

const listUnknown = (shape: object, value: unknown, path: string): string[] =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.keys(value)
        .filter((key) => !Object.hasOwn(shape, key))
        .map((key) => `${path}${key}`)
    : [];

const maxNamed = 20;

/** The names of a request's fields, and of its messages', that mean nothing here, some of them; names that could be somebody's are left out. */
export function listUnknownFields(body: unknown, messages: readonly unknown[]): string[] {
  const ofMessages = messages.flatMap((message) => listUnknown(ingestMessage.shape, message, 'messages.'));
  const names = new Set([...listUnknown(ingestRequest.shape, body, ''), ...ofMessages]);
  return [...names]
    .filter((name) => /^[A-Za-z_][\w.]{0,60}$/.test(name) && !/\d{5}/.test(name))
    .slice(0, maxNamed);
}
