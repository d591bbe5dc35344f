import type { FormRule } from './form-rule';
import type { FormRuleName } from './number-rules';
import { renumberings } from './renumberings';

/** Another number under which WhatsApp or a CRM may know the same subscriber. */
export interface OtherForm {
  e164: string;
  rule: FormRuleName;
  /** 0..1: how sure it is that both are one subscriber. */
  confidence: number;
  /** False where the other form may be somebody else: it is shown to a person and never links by itself. */
  isAutomatic: boolean;
}

/**
 * Brazil put a 9 before eight-digit mobiles (locals that begin with 6 to 9; 2 to 5 are landlines) and WhatsApp keeps the
 * old ids. Mexico dropped the 1 of mobiles. Argentina's 9 marks a mobile: without it the number may be a landline.
 */
const formRules: FormRule[] = [
  {
    rule: 'Brazil 9th digit',
    confidence: 0.8,
    isAutomatic: true,
    long: /^55([1-9][1-9])9([6-9]\d{7})$/,
    short: /^55([1-9][1-9])([6-9]\d{7})$/,
    toShort: '55$1$2',
    toLong: '55$19$2',
  },
  {
    rule: 'Mexico mobile 1',
    confidence: 0.8,
    isAutomatic: true,
    long: /^521([2-9]\d{9})$/,
    short: /^52([2-9]\d{9})$/,
    toShort: '52$1',
    toLong: '521$1',
  },
  {
    rule: 'Argentina mobile 9',
    confidence: 0.4,
    isAutomatic: false,
    long: /^549([1-3]\d{9})$/,
    short: /^54([1-3]\d{9})$/,
    toShort: '54$1',
    toLong: '549$1',
  },
  ...renumberings,
];

function applyRule(digits: string, { long, short, toShort, toLong }: FormRule): string | null {
  if (long.test(digits)) return digits.replace(long, toShort);
  // A function keeps `$1` and a following digit apart, which a replacement text cannot.
  if (short.test(digits)) {
    return digits.replace(short, (_whole, ...groups: string[]) =>
      toLong.replace(/\$([12])/g, (_mark, index: string) => groups[Number(index) - 1] ?? ''),
    );
  }
  return null;
}

/** The other forms of a full number; empty for most countries. Both forms of a pair name each other. */
export function listOtherForms(e164: string): OtherForm[] {
  const digits = e164.slice(1);
  return formRules.flatMap((formRule) => {
    const other = applyRule(digits, formRule);
    if (other === null) return [];
    const { rule, confidence, isAutomatic } = formRule;
    return [{ e164: `+${other}`, rule, confidence, isAutomatic }];
  });
}

/** A number with the other numbers by which its owner may be stored. */
export const formsOf = (e164: string): string[] => [e164, ...listOtherForms(e164).map((other) => other.e164)];
