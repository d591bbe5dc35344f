import { z } from 'zod';
import type { ReviewDoc } from '../../store/reviews/reviews';

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

/** The candidates as answers show them. */
export const toCandidates = ({ candidates }: ReviewDoc): z.output<typeof candidateSchema>[] =>
  candidates.map(({ crmContactId, name, phones, rule, matchedValue, confidence }) => ({
    ...{ crmContactId, name, phones, rule, matchedValue, confidence },
  }));
