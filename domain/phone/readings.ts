import { listNumbersInText, type WrittenNumber } from './numbers-in-text';
import {
  getCountryCallingCode,
  hasCallingCodeOf,
  parseDialled,
  parseInternational,
  type CountryCode,
} from './parse-number';
import type { ReadingRule } from './number-rules';
import { isMobile, plausibilityOf } from './plausibility';

/** One full number that a stored value may mean. */
export interface PhoneReading {
  e164: string;
  rule: ReadingRule;
  /** 0..1: an international number 1, one read by a rule of its country 0.9, a doubtful one 0.5 or less. */
  confidence: number;
  /** False when the same digits may as well be a number of another country: such a reading never links by itself. */
  isCertain: boolean;
}

/** From this length on, digits without a plus may begin with a calling code. */
const minBareInternationalDigits = 11;
/** Mexico's own dialling prefixes until 2020; libphonenumber keeps them as part of the number. */
const mexicanPrefix = /^(?:01|044|045|1)(?=\d{10}$)/;

/** The rule of a reading whose value has a plus that does not belong there. */
export const plusBeforeNational = 'plus before a national number' satisfies ReadingRule;

const toCertain = (e164: string, rule: ReadingRule, confidence: number): PhoneReading => ({
  e164,
  rule,
  confidence,
  isCertain: true,
});

const toDoubtful = (reading: PhoneReading): PhoneReading => ({
  ...reading,
  confidence: 0.5,
  isCertain: false,
});
const toUnlikely = (reading: PhoneReading): PhoneReading => ({
  ...reading,
  confidence: 0.4,
  isCertain: false,
});

function readInternational(written: WrittenNumber, skip: number): string | null {
  const [first, second] = [written.digits, written.digitsWithoutZero].map((digits) =>
    digits === null ? null : (parseInternational(digits.slice(skip))?.number ?? null),
  );
  if (!first || !second) return first ?? second ?? null;
  const claim = plausibilityOf(second) - plausibilityOf(first);
  // Where the zero is part of landlines, as in Italy, a mobile has none.
  return claim > 0 || (claim === 0 && isMobile(second)) ? second : first;
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
    return [bare, national].map(toDoubtful);
  }
  const [likely, unlikely] = claim < 0 || isDoubtful ? [national, bare] : [bare, national];
  return [likely, toUnlikely(unlikely)];
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
  if (bare && national && bare.e164 !== national.e164) {
    // The portal's own calling code and a mobile: the other reading would want its trunk prefix lost.
    const isOwnMobile = digits.startsWith(getCountryCallingCode(country)) && isMobile(bare.e164);
    return isOwnMobile ? [bare, toUnlikely(national)] : weigh(digits, bare, national);
  }
  const only = bare ?? national;
  return only ? [only] : [];
}

/** `+510 555 0123` in America: a national number in full, where the country that the plus names has no such number. */
function readPlusSlip(digits: string, e164: string | null, country: CountryCode): PhoneReading | null {
  const national = readNational(digits, country);
  if (!national || national.e164 === e164 || !isFullNationalWriting(digits, national)) return null;
  const claim = plausibilityOf(national.e164) - (e164 ? plausibilityOf(e164) : 0);
  return claim > 0 ? toDoubtful({ ...national, rule: plusBeforeNational }) : null;
}

function readPlus(written: WrittenNumber, country: CountryCode | null): PhoneReading[] {
  const { digits } = written;
  const e164 = readInternational(written, 0);
  // `+8 912 …`: the trunk 8 of Russia and Kazakhstan with a plus before it is a common slip, and means one number.
  const isTrunkSlip = !e164 && (country === 'RU' || country === 'KZ') && /^8\d{10}$/.test(digits);
  const trunkSlip = isTrunkSlip ? readNational(digits, country) : null;
  if (trunkSlip) return [trunkSlip];
  const slip = country && readPlusSlip(digits, e164, country);
  const exact = e164 ? [toCertain(e164, 'exact number', 1)] : [];
  return slip ? [slip, ...exact.map(toDoubtful)] : exact;
}

/** All readings of one written number; `country` is the one whose national numbers are written without a calling code. */
export function readWrittenNumber(written: WrittenNumber, country: CountryCode | null): PhoneReading[] {
  if (written.hasPlus) return readPlus(written, country);
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
