import { Gauge, type Registry } from 'prom-client';

/** How everything stands, all portals together: sums, and the worst one where a sum says nothing. Each API shows the same. */
export interface Standing {
  /** By state; the paused and the parked ones are linked ones, too. */
  links: Record<string, number>;
  /** By the code of what they need. */
  needAttention: Record<string, number>;
  /** Open ones by kind. */
  reviews: Record<string, number>;
  waitingMessages: number;
  /** 0: no live message waits. */
  oldestWaitingSeconds: number;
  /** 0 to 1, of the portal that has used most. */
  budgetUsed: { requests: number; methodTime: number };
  /** By state. */
  sources: Record<string, number>;
  /** Receivers of webhooks, by state. */
  webhooks: Record<string, number>;
  /** By kind: of the source that has been silent longest. */
  sourceAgeSeconds: Record<string, number>;
}

export interface StateGauges {
  /** Null: it could not be read; then nothing old is shown for new. */
  show(standing: Standing | null): void;
}

/** Each field's gauge: its label if it is a table, and what it shows. */
const shown: Array<{ name: string; help: string; label?: string; of: (one: Standing) => Value }> = [
  { name: 'links', help: 'Links by state.', label: 'state', of: ({ links }) => links },
  {
    name: 'links_needing_attention',
    help: 'Links by the code of what they need.',
    label: 'code',
    of: ({ needAttention }) => needAttention,
  },
  {
    name: 'reviews_open',
    help: 'Questions that people have to answer.',
    label: 'kind',
    of: (one) => one.reviews,
  },
  { name: 'waiting_messages', help: 'Messages not yet on a page.', of: (one) => one.waitingMessages },
  {
    name: 'oldest_waiting_seconds',
    help: 'How long the longest waiting live message has waited.',
    of: (one) => one.oldestWaitingSeconds,
  },
  {
    name: 'portal_budget_used_ratio',
    help: 'Of what a portal allows, the part in use: 0 to 1, of the portal that has used most.',
    label: 'budget',
    of: ({ budgetUsed }) => ({ requests: budgetUsed.requests, method_time: budgetUsed.methodTime }),
  },
  { name: 'sources', help: 'Sources by state.', label: 'state', of: ({ sources }) => sources },
  {
    name: 'webhook_receivers',
    help: 'Receivers of webhooks by state: working, failing, set-aside.',
    label: 'state',
    of: ({ webhooks }) => webhooks,
  },
  {
    name: 'source_last_event_age_seconds',
    help: 'How long the most silent source of a kind has delivered nothing.',
    label: 'kind',
    of: ({ sourceAgeSeconds }) => sourceAgeSeconds,
  },
];

type Value = number | Record<string, number>;

function setAll(gauge: Gauge, label: string | undefined, value: Value | undefined): void {
  if (label === undefined) gauge.remove();
  else gauge.reset();
  if (typeof value === 'number') gauge.set(value);
  else if (label !== undefined)
    for (const [kind, count] of Object.entries(value ?? {})) gauge.set({ [label]: kind }, count);
}

/** The gauges of what the store says. Labels are kinds, never portals: each value is a series that lives for ever. */
export function createStateGauges(registry: Registry): StateGauges {
  const registers = [registry];
  const isRead = new Gauge({
    name: 'state_figures_up',
    help: '1: what the store says could be read for this answer, 0: it could not.',
    registers,
  });
  const gauges = shown.map(({ name, help, label, of }) => {
    const labelNames = label === undefined ? [] : [label];
    return { gauge: new Gauge({ name, help, labelNames, registers }), label, of };
  });
  return {
    show(standing) {
      isRead.set(standing ? 1 : 0);
      for (const { gauge, label, of } of gauges) setAll(gauge, label, standing ? of(standing) : undefined);
    },
  };
}
