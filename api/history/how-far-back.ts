import { z } from 'zod';
import { daysBefore } from '../../domain/history';
import { badField } from '../http/problem';

const longestDays = 3_650;

export const daysField = z
  .number()
  .int('is a whole number of days')
  .min(1, 'is at least 1')
  .max(longestDays, `is at most ${longestDays}`);

/** How far back is read: exactly one of the three. */
export const howFarBack = {
  days: daysField.optional().meta({ description: 'So many days back from now.' }),
  since: z.iso
    .datetime({ offset: true, error: 'is no time such as 2026-01-31T12:00:00Z' })
    .optional()
    .meta({ description: 'From this time on.' }),
  all: z.literal(true, 'is true or left out').optional().meta({ description: 'All that the source has.' }),
};

type HowFarBack = { days?: number | undefined; since?: string | undefined; all?: true | undefined };

/** From when on is read; null: all there is. Throws a 422 unless it is said in one way. */
export function toFrom({ days, since, all }: HowFarBack, now: Date): Date | null {
  const ways = [days, since, all].filter((given) => given !== undefined);
  if (ways.length !== 1) throw badField('days', 'or since or all: exactly one of the three is needed');
  if (days !== undefined) return daysBefore(now, days);
  return since === undefined ? null : new Date(since);
}
