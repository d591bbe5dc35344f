import { collectDefaultMetrics, Counter, Histogram, Registry } from 'prom-client';

/** The counters and durations of a process. Labels are kinds, never ids, phones or names: each value is a series that lives for ever. */
export interface Metrics {
  registry: Registry;
  /** `source`: kind of account; `outcome`: accepted, duplicate, updated, rejected, unreadable. */
  messagesIngested: Counter<'source' | 'outcome'>;
  /** `outcome`: delivered, reconciled, refused, unknown, cancelled. */
  entries: Counter<'outcome'>;
  /** `method`: Bitrix24's method name; `outcome`: ok, or the kind of error. */
  bitrix24Requests: Counter<'method' | 'outcome'>;
  /** `outcome`: quiet, backed-up, failed. */
  rounds: Counter<'outcome'>;
  /** `kind`: entry, wake, merge, conflict, message, newcomer, doubt. */
  itemsSetAside: Counter<'kind'>;
  /** `state`: what the source was judged to be from then on. */
  sourceChanges: Counter<'state'>;
  /** `outcome`: sent, failed. */
  webhooks: Counter<'outcome'>;
  /** `route`: the pattern (`/links/:id`), never the path. */
  httpRequests: Counter<'route' | 'status'>;
  httpDurationSeconds: Histogram<'route'>;
  /** How much later than an interval after the one before a round began. */
  roundLatenessSeconds: Histogram;
  /** How long the newest message of a live comment took from being written to its page. */
  deliveryFreshnessSeconds: Histogram;
  sweepDurationSeconds: Histogram;
}

const latenesses = [1, 5, 15, 30, 60, 180, 600, 3_600];
const freshnesses = [1, 5, 30, 60, 180, 300, 600, 3_600];
const sweeps = [0.1, 0.5, 2, 10, 30, 60, 300];

/** Metrics with a registry of their own, Node's default metrics included. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter<L>({ name, help, labelNames, registers: [registry] });
  const histogram = <L extends string = never>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: L[] = [],
  ) => new Histogram<L>({ name, help, labelNames, buckets, registers: [registry] });
  return {
    registry,
    messagesIngested: counter('messages_ingested_total', 'Messages a source delivered.', [
      'source',
      'outcome',
    ]),
    entries: counter('entries_total', "Entries on contacts' pages by what became of them.", ['outcome']),
    bitrix24Requests: counter('bitrix24_requests_total', 'Calls of Bitrix24 methods.', ['method', 'outcome']),
    rounds: counter('rounds_total', 'Backup rounds.', ['outcome']),
    itemsSetAside: counter('items_set_aside_total', 'Items that failed and are left alone for a while.', [
      'kind',
    ]),
    sourceChanges: counter('source_state_changes_total', 'Sources of messages whose state changed.', [
      'state',
    ]),
    webhooks: counter('webhooks_total', 'Events sent to receivers.', ['outcome']),
    httpRequests: counter('http_requests_total', 'Requests answered by the API.', ['route', 'status']),
    httpDurationSeconds: histogram(
      'http_request_duration_seconds',
      'Time to answer a request.',
      [0.005, 0.02, 0.1, 0.5, 2, 10],
      ['route'],
    ),
    roundLatenessSeconds: histogram(
      'round_lateness_seconds',
      'How much later than an interval after the one before a round began.',
      latenesses,
    ),
    deliveryFreshnessSeconds: histogram(
      'delivery_freshness_seconds',
      'How long the newest message of a live comment took from being written to its page.',
      freshnesses,
    ),
    sweepDurationSeconds: histogram('sweep_duration_seconds', 'Time of one sweep of a portal.', sweeps),
  };
}
