import type { Fault, Limits, SandboxComment, SeedContact, Stats } from '../../sandbox/portal';
import { startOwn, stopOwn } from './servers';

/** The stand-in portal in a process of its own, and what a benchmark may do with it. */
export interface BenchPortal {
  webhookUrl: string;
  /** Its process. */
  pid: number;
  addContact(contact: SeedContact): Promise<number>;
  setFaults(faults: readonly Fault[]): Promise<void>;
  /** Faults still to come. */
  faults(): Promise<Fault[]>;
  setLimits(limits: Partial<Limits> | null): Promise<void>;
  setCosts(defaultTimeMs: Record<string, number>): Promise<void>;
  setTiming(timing: { defaultTimeMs: Record<string, number>; timeScale: number }): Promise<void>;
  comments(contactId: number): Promise<SandboxComment[]>;
  /** The bytes of a comment's file. */
  download(fileId: number): Promise<Buffer>;
  stats(): Promise<Stats>;
  resetStats(): Promise<void>;
  stop(): Promise<void>;
}

/** Calls take as long as they cost; without limits until they are set. */
export async function startBenchPortal({ requestLimitMs }: { requestLimitMs: number }): Promise<BenchPortal> {
  const args = [
    '--port',
    '0',
    '--no-limits',
    '--time-scale',
    '1',
    '--request-limit-ms',
    String(requestLimitMs),
  ];
  const own = await startOwn('sandbox/portal-main.ts', args);
  const { url, webhookUrl } = JSON.parse(own.firstLine) as { url: string; webhookUrl: string };

  async function ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${url}/sandbox/${path}`, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`the portal answered ${response.status} to ${method} ${path}`);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  return {
    webhookUrl,
    pid: own.child.pid ?? 0,
    addContact: async (contact) => (await ask<{ id: number }>('POST', 'contacts', contact)).id,
    setFaults: (faults) => ask('PUT', 'faults', faults),
    faults: () => ask('GET', 'faults'),
    setLimits: (limits) => ask('PUT', 'limits', limits),
    setCosts: (defaultTimeMs) => ask('PUT', 'timing', { defaultTimeMs }),
    setTiming: (timing) => ask('PUT', 'timing', timing),
    download: async (fileId) => {
      const response = await fetch(`${url}/disk/downloadFile/${fileId}`);
      return Buffer.from(await response.arrayBuffer());
    },
    comments: (contactId) => ask('GET', `contacts/${contactId}/comments`),
    stats: () => ask('GET', 'stats'),
    resetStats: () => ask('DELETE', 'stats'),
    stop: () => stopOwn(own),
  };
}
