import type { Response } from 'express';
import { openKeptFile } from '../source-server/kept-file';

/** A file that the stand-in has. */
export interface GraphFile {
  bytes: Buffer;
  mimeType: string;
}

/** One thing that goes wrong with the next requests whose path holds the word. */
export interface GraphFault {
  kind: 'refuse' | 'down' | 'lostAnswer' | 'foreignUrl' | 'expiredUrl';
  path: string;
  times: number;
  status?: number;
  /** Meta's own number of the error. */
  code?: number;
}

export interface GraphOptions {
  phoneNumberId: string;
  displayPhone: string;
  token: string;
  appSecret: string;
  scopes: string[];
}

/** What is kept over restarts: where it delivers to, and what was asked for once. */
interface Kept {
  callbackUrl: string | null;
  synced: string[];
}

export interface GraphState {
  options: GraphOptions;
  files: Map<string, GraphFile>;
  faults: GraphFault[];
  kept: Kept;
  /** Requests by method and path, and the tokens that they carried. */
  asked: { request: string; token: string | null }[];
  status: string;
  save(): void;
}

const usual: GraphOptions = {
  phoneNumberId: '106540352242922',
  displayPhone: '+49 30 111222',
  token: 'sandbox-meta-token-of-the-app',
  appSecret: 'sandbox-meta-app-secret',
  scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'],
};

/** Opens what is kept in `dataDir/meta.json`, or nothing in memory. */
export function openState(dataDir: string | null, given: Partial<GraphOptions>): GraphState {
  const file = openKeptFile<Kept>(dataDir, 'meta.json');
  const kept = file.read() ?? { callbackUrl: null, synced: [] };
  return {
    ...{
      options: { ...usual, ...given },
      files: new Map(),
      faults: [],
      kept,
      asked: [],
      status: 'CONNECTED',
    },
    save: () => file.save(kept),
  };
}

/** A refusal in Meta's form. */
export const refuse = (response: Response, status: number, code: number): void =>
  void response
    .status(status)
    .json({ error: { message: 'Refused.', type: 'OAuthException', code, fbtrace_id: 'x' } });

/** The fault of this kind that hits a request of this path. */
export function take(state: GraphState, kind: GraphFault['kind'], path: string): GraphFault | null {
  const fault = state.faults.find((one) => one.kind === kind && one.times !== 0 && path.includes(one.path));
  if (fault && fault.times > 0) fault.times -= 1;
  return fault ?? null;
}
