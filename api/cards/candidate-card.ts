import { z } from 'zod';
import type { Candidate } from '../../domain/contact-match';
import { pick } from './to-card';

/** A contact that may be the person: the rule that produced it, and what matched. */
export const candidateSchema = z
  .object({
    crmContactId: z.number(),
    name: z.string(),
    phones: z.array(z.string()),
    rule: z.string(),
    matchedValue: z.string(),
    confidence: z.number().meta({ description: '0 to 1.' }),
  })
  .meta({ id: 'Candidate' });

export const toCandidates = (candidates: readonly Candidate[]): z.output<typeof candidateSchema>[] =>
  candidates.map((candidate) => pick(candidateSchema, candidate));
