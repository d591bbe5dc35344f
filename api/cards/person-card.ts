import { z } from 'zod';
import type { PersonDoc } from '../../store/people/people';
import { timeField } from '../http/fields';
import { toCard } from './to-card';

const sightingSchema = z
  .object({
    kind: z.enum(['phone', 'lid', 'bsuid', 'username', 'name', 'formerPhone']),
    value: z.string(),
    firstSeenAt: timeField,
    source: z.string(),
    endedAt: timeField.nullable().meta({
      description:
        'Of a former number: when WhatsApp gave notice of its change. Of a username: when another person had it.',
    }),
  })
  .meta({ id: 'Sighting' });

export const personSchema = z
  .object({
    id: z.string(),
    portalId: z.string(),
    name: z.string().nullable(),
    names: z.array(z.string()),
    aliases: z.array(z.string()).meta({ example: ['phone:+491701234567', 'lid:4639135154355'] }),
    absorbed: z
      .array(z.string())
      .meta({ description: 'The aliases of people who turned out to be this one.' }),
    sightings: z.array(sightingSchema).meta({
      description: 'Everything this person is and was called: when it was first seen, and by which source.',
    }),
    lastMessageAt: timeField.nullable().meta({ description: 'The newest message that no link took.' }),
    createdAt: timeField,
  })
  .meta({ id: 'Person' });

type Sighting = z.output<typeof sightingSchema>;

const toSighting = (
  kind: Sighting['kind'],
  value: string,
  { firstSeenAt, source }: { firstSeenAt: Date; source: string },
  endedAt: Date | null = null,
): Sighting => ({ kind, value, firstSeenAt, source, endedAt });

/** A key without the kind that stands before it. */
const valueOf = (key: string): string => key.slice(key.indexOf(':') + 1);

const toSightings = ({ aliases, former = [], usernames = [], names }: PersonDoc): Sighting[] => [
  ...aliases.flatMap((alias) =>
    alias.kind === 'none' ? [] : [toSighting(alias.kind, valueOf(alias.key), alias)],
  ),
  ...former.map((one) => toSighting('formerPhone', valueOf(one.key), one, one.endedAt)),
  ...usernames.map((one) => toSighting('username', valueOf(one.key), one, one.seenElsewhereAt)),
  ...names.map((one) => toSighting('name', one.name, one)),
];

/** A person as lists show them. */
export const toPerson = (person: PersonDoc): z.output<typeof personSchema> =>
  toCard(personSchema, {
    ...person,
    names: person.names.map(({ name }) => name),
    aliases: person.aliases.flatMap(({ kind, key }) => (kind === 'none' ? [] : key)),
    absorbed: (person.absorbed ?? []).map(({ key }) => key),
    sightings: toSightings(person),
    lastMessageAt: person.lastMessageAt ?? null,
  });
