import { z } from 'zod';

/** An id in a query or a body; whether it names anything is found out by asking for it. */
export const idField = z.string().max(64);
export const phoneField = z.string().min(1).max(64);
export const nameField = z.string().trim().min(1).max(200);
/** Words to search by, as typed. */
export const searchField = z.string().trim().min(1).max(100);
export const crmContactIdField = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);

/** The same in a query, where everything is text. */
export const crmContactIdQuery = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, 'is no contact id')
  .transform(Number)
  .meta({ override: { type: 'integer', minimum: 1 } });

/** A time in an answer: a `Date` here, ISO 8601 in JSON. */
export const timeField = z.date().meta({ override: { type: 'string', format: 'date-time' } });

/** A time in a query, with its offset; a `+` in an address is written `%2B`. */
export const timeQuery = z.iso
  .datetime({ offset: true, error: 'is no time such as 2026-01-31T12:00:00Z' })
  .transform((value) => new Date(value))
  .meta({ override: { type: 'string', format: 'date-time' } });
