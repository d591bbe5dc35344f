import { z } from 'zod';

/** What a message is of that somebody writes, whichever server tells it; a test or a dialogue says it. */
export const saidFields = {
  text: z.string().nullable().default(null),
  fromMe: z.boolean().default(false),
  /** Who writes in a group. */
  participant: z.string().optional(),
  /** The writer's own name. */
  name: z.string().optional(),
  /** Seconds. */
  timestamp: z.number().optional(),
  /** Fields of the message that are given as they are. */
  fields: z.record(z.string(), z.unknown()).default({}),
  /** `lost`: only the history has it. */
  hooks: z.enum(['sent', 'lost']).default('sent'),
};
