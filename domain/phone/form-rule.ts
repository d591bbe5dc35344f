import type { FormRuleName } from './number-rules';

/** Two forms of one number, and how one becomes the other. */
export interface FormRule {
  rule: FormRuleName;
  confidence: number;
  isAutomatic: boolean;
  /** The digits with and without the part that comes and goes. */
  long: RegExp;
  short: RegExp;
  toShort: string;
  toLong: string;
}
