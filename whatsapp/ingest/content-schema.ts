import { z } from 'zod';

/** The fields of messages, schema "1": what each kind of content may hold. */

/** WhatsApp's own limit of a text, in UTF-16 units. */
export const maxTextLength = 65_536;
export const maxParticipants = 2_048;

export const short = z.string().max(512).nullish();
export const address = z.string().min(1).max(256);
export const text = z.string().max(maxTextLength).nullish();

export const ingestMedia = z.object({
  mime: short,
  fileName: short,
  size: z.number().int().nonnegative().nullish(),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/i)
    .nullish(),
  durationMs: z.number().nonnegative().nullish(),
  state: z.enum(['pending', 'unavailable', 'inline']).nullish(),
});

export const ingestLocation = z.object({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  name: short,
  address: short,
  live: z.boolean().nullish(),
});

export const ingestSharedContact = z.object({
  name: short,
  phones: z.array(z.string().max(64)).max(20).nullish(),
  vcard: z.string().max(maxTextLength).nullish(),
});

export const ingestPoll = z.object({
  question: short,
  options: z.array(z.string().max(512)).max(20).nullish(),
});

const time = z.union([z.number(), z.string().max(32)]).nullish();

export const ingestInvitation = z
  .object({
    name: short,
    startsAt: time,
    endsAt: time,
    place: short,
    link: short,
    cancelled: z.boolean().nullish(),
  })
  .meta({ description: 'Of an `event`. Times are seconds or milliseconds; its description is `text`.' });

export const ingestOrder = z.object({
  title: short,
  itemCount: z.number().int().nonnegative().nullish(),
  total: short.meta({ description: 'As it is to be read: `12.50 EUR`.' }),
  items: z.array(z.string().max(512)).max(100).nullish(),
});

export const ingestProduct = z.object({ title: short, description: short, price: short, link: short });

export const ingestCall = z.object({
  video: z.boolean().nullish(),
  outcome: z.enum(['missed', 'declined', 'answered', 'failed']).nullish(),
  durationMs: z.number().nonnegative().nullish(),
});

const groupChanges = [
  'created',
  'joined',
  'left',
  'added',
  'removed',
  'promoted',
  'demoted',
  'subject',
  'description',
  'picture',
] as const;

export const ingestGroup = z
  .object({
    change: z.enum(groupChanges),
    people: z.array(address).max(maxParticipants).nullish(),
    value: z.string().max(2_048).nullish().meta({ description: 'The new name or description.' }),
  })
  .meta({
    description:
      'What happened to a group: `sender` did it, or is the one who joined or left; `people` are the others it happened to.',
  });

export const ingestAttendance = z.object({
  answer: z.enum(['going', 'not going', 'maybe']),
  guests: z.number().int().nonnegative().max(100).nullish(),
});

export const ingestSystem = z
  .object({
    kind: z.literal('number_changed'),
    previousPhone: short.meta({ description: 'The old number, E.164; absent: the one that chatId gives.' }),
    phone: z.string().min(1).max(64).meta({ description: 'The new number, E.164.' }),
    lid: short,
    bsuid: short.meta({ description: 'The BSUID that goes with the new number.' }),
  })
  .meta({
    description:
      'WhatsApp’s own notice (Cloud API: system.type user_changed_number). Only by it a person changes the number.',
  });
