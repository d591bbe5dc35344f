/** One write that was carried out, whether or not its answer arrived. `at` is the portal's time, ISO in UTC. */
interface LedgerEntry {
  at: string;
  method: string;
  id: number;
}

/** The portal's work since it started or since the last reset. */
export interface Stats {
  requests: number;
  /** Answers by HTTP status. */
  statuses: Record<string, number>;
  /** Connections broken without an answer. */
  broken: number;
  /** HTTP requests by the methods in them: a batch counts once for each. */
  requestsWith: Record<string, number>;
  /** Calls carried out or refused, alone and inside batches, by method. */
  commands: Record<string, number>;
  /** 503 answers of the bucket. */
  queryLimitExceeded: number;
  /** 429 answers and the same refusal inside batches. */
  operationTimeLimit: number;
  /** Number of batches by their number of commands. */
  batchFill: Record<string, number>;
  /** Method time charged, in portal seconds. */
  operatingSeconds: Record<string, number>;
  /** Faults that happened, by kind, and by what they were to hit: `dropAnswer crm.timeline.comment.add files`. */
  faults: Record<string, number>;
  /** The fullest the request bucket was. */
  bucketPeak: number;
  writes: LedgerEntry[];
}

const maxLedger = 500_000;

const createStats = (): Stats => ({
  requests: 0,
  statuses: {},
  broken: 0,
  requestsWith: {},
  commands: {},
  queryLimitExceeded: 0,
  operationTimeLimit: 0,
  batchFill: {},
  operatingSeconds: {},
  faults: {},
  bucketPeak: 0,
  writes: [],
});

const add = (counts: Record<string, number>, key: string, amount = 1) => {
  counts[key] = (counts[key] ?? 0) + amount;
};

/** Counts as things happen; `read` gives a copy. */
export class Statistics {
  private stats = createStats();

  reset(): void {
    this.stats = createStats();
  }

  read(bucketPeak: number): Stats {
    return { ...structuredClone(this.stats), bucketPeak };
  }

  request(): void {
    this.stats.requests += 1;
  }

  answer(status: number, errorCode?: string): void {
    add(this.stats.statuses, String(status));
    if (errorCode === 'QUERY_LIMIT_EXCEEDED') this.stats.queryLimitExceeded += 1;
  }

  broke(): void {
    this.stats.broken += 1;
  }

  requestWith(methods: readonly string[]): void {
    for (const method of new Set(methods)) add(this.stats.requestsWith, method);
  }

  command(method: string): void {
    add(this.stats.commands, method);
  }

  blocked(): void {
    this.stats.operationTimeLimit += 1;
  }

  batch(commands: number): void {
    add(this.stats.batchFill, String(commands));
  }

  charged(method: string, seconds: number): void {
    add(this.stats.operatingSeconds, method, seconds);
  }

  fault({
    kind,
    method,
    withFiles,
  }: {
    kind: string;
    method?: string | undefined;
    withFiles?: boolean | undefined;
  }): void {
    add(this.stats.faults, [kind, method ?? 'any', ...(withFiles ? ['files'] : [])].join(' '));
  }

  write(method: string, id: number, atMs: number): void {
    if (this.stats.writes.length < maxLedger) {
      this.stats.writes.push({ at: new Date(atMs).toISOString(), method, id });
    }
  }
}
