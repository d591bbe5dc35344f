import { z } from 'zod';

/** The portal's limits. A portal without them (self-hosted) tells no `operating` either. */
export const limitsSchema = z.strictObject({
  /** How many requests leak out of the bucket per second: 2, on Enterprise 5. */
  drainPerSecond: z.number().positive(),
  /** How many requests the bucket holds: 50, on Enterprise 250. */
  burst: z.number().int().positive(),
  /** Method time allowed in ten minutes, per method. */
  operatingLimitSeconds: z.number().positive(),
  /** A method whose calls take no longer than this within one HTTP request is not counted. */
  uncountedSeconds: z.number().min(0),
  /** `pause`: blocked until a basket leaves. `ban`: blocked for `banSeconds`, then from zero. */
  overrun: z.enum(['pause', 'ban']),
  banSeconds: z.number().positive(),
  /** Whether the methods inside a batch are charged; copies of the product differ. */
  chargeMethods: z.boolean(),
  /** Share of a batch's time that is charged to `batch` itself: 0, 0.5 or 1. */
  batchWeight: z.number().min(0).max(1),
  /** How many portal seconds pass in one real second, in bucket and baskets; for benchmarks. */
  clockSpeed: z.number().positive(),
});
export type Limits = z.infer<typeof limitsSchema>;

/** The limits of a cloud portal on any plan but Enterprise. */
export const cloudLimits: Limits = {
  drainPerSecond: 2,
  burst: 50,
  operatingLimitSeconds: 480,
  uncountedSeconds: 0.1,
  overrun: 'pause',
  banSeconds: 300,
  chargeMethods: true,
  batchWeight: 0,
  clockSpeed: 1,
};

/** The cost of calls, and how long they really take. */
export const timingSchema = z.strictObject({
  /** Cost of one call in ms of portal time, by method; `*` for all others. */
  defaultTimeMs: z.record(z.string(), z.number().min(0)),
  /** 0: answered at once; 1: a call really takes its cost. */
  timeScale: z.number().min(0),
  /** After this long (real ms) a request is cut off with 504. */
  requestLimitMs: z.number().positive(),
});
export type Timing = z.infer<typeof timingSchema>;

export const usualTiming: Timing = {
  defaultTimeMs: {
    'crm.timeline.comment.add': 90,
    'crm.timeline.comment.update': 90,
    'crm.timeline.comment.list': 50,
    'crm.item.add': 1200,
    'crm.item.update': 600,
    'crm.item.delete': 600,
    'crm.item.list': 50,
    'crm.duplicate.findbycomm': 30,
    '*': 30,
  },
  timeScale: 0,
  requestLimitMs: 60_000,
};

/** A field of contacts as staff have set it up. */
const fieldSetupSchema = z.strictObject({
  title: z.string().optional(),
  type: z.string().optional(),
  /** The values of a list. */
  items: z.array(z.strictObject({ ID: z.string(), VALUE: z.string() })).optional(),
});

/** How this portal is set up. */
export const settingsSchema = z.strictObject({
  license: z.string(),
  /** `ent` is Enterprise. */
  licenseFamily: z.string(),
  /** Fields of a contact that must be filled, for example `ufCrm_1700000000`. */
  requiredContactFields: z.array(z.string()),
  /** The titles and types that staff gave to fields of a contact, by the fields' names. */
  contactFields: z.record(z.string(), fieldSetupSchema),
  /** The list of sources, the first of which a contact without one gets: id and name. */
  sources: z.array(z.tuple([z.string(), z.string()])),
  /** The companies: id and name. */
  companies: z.array(z.tuple([z.number().int(), z.string()])),
  /** The employees who may be responsible; null: whoever is named. */
  userIds: z.array(z.number().int()).nullable(),
  /** Contacts that the webhook's user may not see: only the search by phone or address still names them. */
  hiddenContacts: z.array(z.number().int()),
  /** Answers with the odd types some methods give: whole `start`, `operating_reset_at` as text. */
  oddTimeTypes: z.boolean(),
  utcOffsetMinutes: z.number().int().min(-720).max(840),
});
export type PortalSettings = z.infer<typeof settingsSchema>;

export const usualSettings: PortalSettings = {
  license: 'com_basic',
  licenseFamily: 'basic',
  requiredContactFields: [],
  contactFields: {},
  companies: [],
  sources: [
    ['CALL', 'Call'],
    ['EMAIL', 'E-mail'],
    ['WEB', 'Website'],
    ['ADVERTISING', 'Advertising'],
    ['PARTNER', 'Existing client'],
    ['RECOMMENDATION', 'By recommendation'],
    ['TRADE_SHOW', 'Show/Exhibition'],
    ['WEBFORM', 'CRM form'],
    ['CALLBACK', 'Callback'],
    ['RC_GENERATOR', 'Sales boost'],
    ['STORE', 'Online store'],
    ['OTHER', 'Other'],
  ],
  userIds: null,
  hiddenContacts: [],
  oddTimeTypes: false,
  utcOffsetMinutes: 180,
};

/** A contact to put into the portal. Phones are kept as written. */
export const seedContactSchema = z.strictObject({
  name: z.string().default(''),
  lastName: z.string().default(''),
  phones: z.array(z.string()).default([]),
  emails: z.array(z.string()).default([]),
  fields: z.record(z.string(), z.unknown()).default({}),
});
export type SeedContact = z.input<typeof seedContactSchema>;
