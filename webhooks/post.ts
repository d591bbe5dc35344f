import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createAddressRule } from './address';
import type { SignedRequest } from './sign';

/** `away`: the receiver as a whole does not work; `refused`: it works, and did not take this one. */
export type Outcome = { kind: 'taken' } | { kind: 'away' | 'refused'; reason: string };

/** Sends a request to a receiver; never throws. */
export type Post = (url: string, request: SignedRequest) => Promise<Outcome>;

const requestMs = 10_000;
/** With these a receiver asks for patience, whatever was sent. */
const isBusy = (status: number): boolean => status >= 500 || status === 429 || status === 408;

function toOutcome({ statusCode: status = 0 }: IncomingMessage): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' };
  return { kind: isBusy(status) ? 'away' : 'refused', reason: `HTTP ${status}` };
}

function codeOf(error: unknown, isLate: boolean): string {
  const { code } = error as { code?: unknown };
  if (isLate) return 'no answer within 10 seconds';
  return typeof code === 'string' ? code : 'unknown';
}

/**
 * Redirects are not followed: they would take the event to another address. Of the answer only the status is read: a body without end
 * costs nothing.
 */
export function createPost(privateHosts: readonly string[]): Post {
  const rule = createAddressRule(privateHosts);
  return (address, { headers, body }) =>
    new Promise((resolve) => {
      const url = new URL(address);
      const reason = rule.refuse(url);
      if (reason !== null) return resolve({ kind: 'away', reason: `the address ${reason}` });
      const signal = AbortSignal.timeout(requestMs);
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      send(url, { method: 'POST', headers: { ...headers, ...length }, signal, lookup: rule.lookup })
        .on('response', (response) => {
          resolve(toOutcome(response));
          response.destroy();
        })
        .on('error', (error) => resolve({ kind: 'away', reason: codeOf(error, signal.aborted) }))
        .end(body);
    });
}
