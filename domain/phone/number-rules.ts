/** By what a stored value is read as a number; the workspace has words for each. */
export const readingRuleNames = [
  'exact number',
  'number without plus',
  'international prefix',
  'plus before a national number',
] as const;
export type ReadingRule = (typeof readingRuleNames)[number] | `national number in ${string}`;

/** By what two numbers are one subscriber's; the workspace has words for each. */
export const formRuleNames = ['Brazil 9th digit', 'Mexico mobile 1', 'Argentina mobile 9'] as const;
export type FormRuleName = (typeof formRuleNames)[number] | `renumbered: ${string}`;
