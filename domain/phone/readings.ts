import { listOtherForms } from './other-forms';
import { hasCallingCodeOf, parseDialled, parseInternational, type CountryCode } from './parse-number';
import { listNumbersInText, type WrittenNumber } from './numbers-in-text';

/** One full number that a stored value may mean. */
export interface PhoneReading {
  e164: string;
  rule: string;
  /** 0..1: an international number 1, one read by a rule of its country 0.9, a doubtful one 0.5 or less. */
  confidence: number;
  /** False when the same digits may as well be a number of another country: such a reading never links by itself. */
  isCertain: boolean;
}

/** From this length on, digits without a plus may begin with a calling code. */
const minBareInternationalDigits = 11;
/** Mexico's own dialling prefixes until 2020; libphonenumber keeps them as part of the number. */
const mexicanPrefix = /^(?:01|044|045|1)(?=\d{10}$)/;

const toCertain = (e164: string, rule: string, confidence: number): PhoneReading => ({
  e164,
  rule,
  confidence,
  isCertain: true,
});

/**
 * 2: its country uses such numbers, 1: the length fits, 0: neither. It only weighs one reading against another; it never
 * refuses one, because WhatsApp's ids in Brazil and Mexico are not "valid". There, the other form speaks for the number.
 */
function plausibilityOf(e164: string): 0 | 1 | 2 {
  const forms = [e164, ...listOtherForms(e164).map((other) => other.e164)].map((form) =>
    parseInternational(form.slice(1)),
  );
  if (forms.some((form) => form?.isValid())) return 2;
  return forms.some((form) => form?.isPossible()) ? 1 : 0;
}

function readInternational(written: WrittenNumber, skip: number): string | null {
  const [first, second] = [written.digits, written.digitsWithoutZero].map((digits) =>
    digits === null ? null : (parseInternational(digits.slice(skip))?.number ?? null),
  );
  if (!first || !second) return first ?? second ?? null;
  return plausibilityOf(second) > plausibilityOf(first) ? second : first;
}

function readNational(digits: string, country: CountryCode): PhoneReading | null {
  const dialled = country === 'MX' ? digits.replace(mexicanPrefix, '') : digits;
  const number = parseDialled(dialled, country);
  if (!number || !hasCallingCodeOf(number, country)) return null;
  if (number.number === `+${digits}`) return toCertain(number.number, 'number without plus', 0.95);
  return toCertain(number.number, `national number in ${country}`, 0.9);
}

/** Each country dials abroad in its own way, `011` in North America, `810` in Russia. */
function readDialledAbroad(digits: string, country: CountryCode): PhoneReading | null {
  const number = parseDialled(digits, country);
  if (!number || hasCallingCodeOf(number, country)) return null;
  return toCertain(number.number, 'international prefix', 1);
}

/** `00` is the prefix nearly everywhere; where it is not, as in Australia's `0011`, what follows is no number. */
function readDoubleZero(written: WrittenNumber, country: CountryCode | null): PhoneReading[] {
  const e164 = readInternational(written, 2);
  if (e164 && plausibilityOf(e164) > 0) return [toCertain(e164, 'international prefix', 1)];
  const abroad = country && readDialledAbroad(written.digits, country);
  if (abroad) return [abroad];
  return e164 ? [toCertain(e164, 'international prefix', 1)] : [];
}

/** In its country's full writing, trunk prefix included: a German `0157…`, a Chinese `138…`, a Russian `8 912…`. */
function isFullNationalWriting(digits: string, national: PhoneReading): boolean {
  const number = parseInternational(national.e164.slice(1));
  return number?.formatNational().replace(/\D/g, '') === digits;
}

/**
 * The same digits read as a number of the portal's country and as one of another country. At most one of both is certain:
 * one value must not link two people. Equal claims are left to a person.
 */
function weigh(digits: string, bare: PhoneReading, national: PhoneReading): PhoneReading[] {
  const claim = plausibilityOf(bare.e164) - plausibilityOf(national.e164);
  const isDoubtful = plausibilityOf(national.e164) === 2 && claim === 0;
  if (isDoubtful && !isFullNationalWriting(digits, national)) {
    return [bare, national].map((reading) => ({ ...reading, confidence: 0.5, isCertain: false }));
  }
  const [likely, unlikely] = claim < 0 || isDoubtful ? [national, bare] : [bare, national];
  return [likely, { ...unlikely, confidence: 0.4, isCertain: false }];
}

/** Without a plus the digits speak for themselves only where a country has such numbers: else they may be national. */
function readAsInternational(digits: string, country: CountryCode | null): PhoneReading | null {
  if (digits.length < minBareInternationalDigits) return null;
  const number = parseInternational(digits);
  if (!number) return null;
  const isCertain =
    plausibilityOf(number.number) === 2 || (country !== null && hasCallingCodeOf(number, country));
  return { e164: number.number, rule: 'number without plus', confidence: isCertain ? 0.95 : 0.5, isCertain };
}

function readBare({ digits }: WrittenNumber, country: CountryCode | null): PhoneReading[] {
  const abroad = country && readDialledAbroad(digits, country);
  if (abroad) return [abroad];
  const bare = readAsInternational(digits, country);
  const national = country && readNational(digits, country);
  if (bare && national && bare.e164 !== national.e164) return weigh(digits, bare, national);
  const only = bare ?? national;
  return only ? [only] : [];
}

/** All readings of one written number; `country` is the one whose national numbers are written without a calling code. */
export function readWrittenNumber(written: WrittenNumber, country: CountryCode | null): PhoneReading[] {
  if (written.hasPlus) {
    const e164 = readInternational(written, 0);
    if (e164) return [toCertain(e164, 'exact number', 1)];
    // `+8 912 …`: the trunk 8 of Russia and Kazakhstan with a plus before it is a common slip.
    const isTrunkSlip = (country === 'RU' || country === 'KZ') && /^8\d{10}$/.test(written.digits);
    const national = isTrunkSlip ? readNational(written.digits, country) : null;
    return national ? [national] : [];
  }
  return written.digits.startsWith('00') ? readDoubleZero(written, country) : readBare(written, country);
}

/**
 * Every full number that a CRM's phone value may mean, the surest first. A national number is read with the portal's
 * country only; without one it has no reading.
 */
export function listReadings(cardValue: string, defaultCountry: CountryCode | null): PhoneReading[] {
  const readings = listNumbersInText(cardValue)
    .flatMap((written) => readWrittenNumber(written, defaultCountry))
    .sort((one, other) => other.confidence - one.confidence);
  return readings.filter(
    ({ e164 }, index) => readings.findIndex((reading) => reading.e164 === e164) === index,
  );
}
