import type { Who } from '../domain/access';
import type { Candidate } from '../domain/contact-match';
import type { Decision, DecisionRule } from '../domain/link';

/** Why a link exists that its number made. */
export const byPhone = ({ rule, matchedValue, confidence }: Candidate): Decision => ({
  ...{ rule, matchedValue, confidence, by: 'phone', at: new Date() },
});

/** Why a link exists whose contact a person chose, whatever numbers it has. */
export const byPerson = (who: Who | undefined): Decision => ({
  ...{
    rule: 'chosen by a person' satisfies DecisionRule,
    matchedValue: null,
    confidence: null,
    by: 'person',
    at: new Date(),
  },
  ...(who && { who }),
});

/** Why a link exists whose contact we made. */
export const byCreation = (who: Who | undefined): Decision => ({
  ...{
    rule: 'created from WhatsApp' satisfies DecisionRule,
    matchedValue: null,
    confidence: 1,
    by: 'created',
    at: new Date(),
  },
  ...(who && { who }),
});
