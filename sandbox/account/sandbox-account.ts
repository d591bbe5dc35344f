import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { createStateFile, type AccountState, type StateFile } from './account-state';
import { ApiRefusal, createApiClient, type ApiClient } from './api-client';
import { ownName, ownPhone, people } from './dialogues';
import { createHistory, planNext, toLiveMessage, type IngestMessage } from './messages';
import { openAccount } from './open-account';

export interface SandboxAccountOptions {
  apiUrl: string;
  adminTokenFile: string;
  dataDir: string;
  /** Ends the conversation. */
  signal: AbortSignal;
  /** Short lines without names, numbers or texts. */
  log: (line: string) => void;
  /** How long until somebody says the next thing. */
  pauseMs?: () => number;
  heartbeatMs?: number;
}

const outcomeSchema = z.object({
  accepted: z.number().default(0),
  duplicates: z.number().default(0),
  rejected: z.array(z.object({ code: z.string() })).default([]),
});

/** One account in conversation with the API. */
class Conversation {
  private heartbeatAtMs = 0;

  constructor(
    private readonly api: ApiClient,
    private readonly state: AccountState,
    private readonly file: StateFile,
    private readonly options: SandboxAccountOptions,
  ) {}

  /** Talks until it is aborted, or until the API no longer knows the account (`ApiRefusal` 401 or 404). */
  async run(): Promise<void> {
    await this.postHistory();
    await this.beat();
    await this.linkPeople();
    const { pauseMs = () => 20_000 + Math.random() * 20_000, signal } = this.options;
    let speakAtMs = Date.now() + (this.state.pending === null ? pauseMs() : 0);
    while (!signal.aborted) {
      if (Date.now() >= this.heartbeatAtMs) await this.beat();
      if (Date.now() >= speakAtMs) {
        await this.speak();
        speakAtMs = Date.now() + pauseMs();
      }
      const waitMs = Math.min(speakAtMs, this.heartbeatAtMs) - Date.now();
      await delay(Math.max(0, waitMs), undefined, { signal });
    }
  }

  private async postHistory(): Promise<void> {
    if (this.state.isHistoryPosted) return;
    await this.post(createHistory(this.state.accountId, this.state.startedAtMs), 'history');
    this.state.isHistoryPosted = true;
    this.file.save(this.state);
  }

  private async linkPeople(): Promise<void> {
    for (const [at, person] of people.entries()) {
      if (person.typedPhone === undefined || this.state.linked.includes(at)) continue;
      try {
        await this.api.request('POST', 'links', null, { phone: person.typedPhone, name: person.name });
        this.state.linked.push(at);
        this.file.save(this.state);
      } catch (error) {
        // A refused link is no reason to stop talking; it is asked for again at the next start.
        if (!(error instanceof ApiRefusal)) throw error;
        this.options.log(error.message);
      }
    }
    this.options.log(`links asked for: ${this.state.linked.length}`);
  }

  /** Settles what is said before posting it: after a crash the same message is posted again, under the same id. */
  private async speak(): Promise<void> {
    const { state, file } = this;
    if (state.pending === null) {
      state.pending = planNext(state.liveCounts, Date.now());
      file.save(state);
    }
    const { pending } = state;
    await this.post([toLiveMessage(state.accountId, pending)], 'said');
    state.liveCounts = people.map((_person, at) =>
      Math.max(state.liveCounts[at] ?? 0, at === pending.person ? pending.index + 1 : 0),
    );
    state.pending = null;
    file.save(state);
  }

  private async post(messages: readonly IngestMessage[], what: string): Promise<void> {
    const account = { phone: ownPhone, name: ownName };
    const body = { schema: '1', source: 'sandbox/1', account, identities: [], chats: [], messages };
    const answer = await this.api.request('POST', 'ingest/messages', this.state.token, body);
    const { accepted, duplicates, rejected } = outcomeSchema.parse(answer ?? {});
    const codes = [...new Set(rejected.map(({ code }) => code))].join(', ');
    this.options.log(
      `${what}: ${accepted} accepted, ${duplicates} known${codes === '' ? '' : `, refused: ${codes}`}`,
    );
  }

  private async beat(): Promise<void> {
    this.heartbeatAtMs = Date.now() + (this.options.heartbeatMs ?? 60_000);
    await this.api.request('POST', 'ingest/heartbeat', this.state.token, {
      state: 'connected',
      version: 'sandbox/1',
    });
  }
}

const isForgotten = (error: unknown) =>
  error instanceof ApiRefusal && (error.status === 401 || error.status === 404 || error.status === 403);

/** Runs the stand-in WhatsApp account until `signal` aborts. Makes its account again when the API lost it. */
export async function runSandboxAccount(options: SandboxAccountOptions): Promise<void> {
  const { signal, log } = options;
  const file = createStateFile(options.dataDir);
  const api = createApiClient({ ...options, onAway: () => log('the API is away, waiting') });
  let state = file.find();
  while (!signal.aborted) {
    try {
      if (state === undefined) {
        state = await openAccount(api, Date.now());
        file.save(state);
        log('account made');
      }
      await new Conversation(api, state, file, options).run();
    } catch (error) {
      if (signal.aborted) return;
      log(
        error instanceof ApiRefusal
          ? error.message
          : `failed: ${error instanceof Error ? error.name : 'unknown'}`,
      );
      if (isForgotten(error)) state = undefined;
      await delay(2000, undefined, { signal }).catch(() => undefined);
    }
  }
}
