import { getCountries, getExampleNumber, type PhoneNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { listReadings } from '../../../domain/phone';

/** The ways in which cards write a number; `callingCode` and `nationalNumber` come from libphonenumber's own sample. */
const writings: [form: string, write: (sample: PhoneNumber) => string][] = [
  ['+49…', ({ number }) => number],
  ['+49 1512 …', (sample) => sample.formatInternational()],
  ['0049…', ({ number }) => `00${number.slice(1)}`],
  ['tel:+49…', (sample) => sample.getURI()],
  ['49…', ({ number }) => number.slice(1)],
  ['49 1512 …', (sample) => sample.formatInternational().slice(1)],
  ['(01512) …', (sample) => sample.formatNational()],
  ['+49 (0)1512…', ({ countryCallingCode, nationalNumber }) => `+${countryCallingCode} (0)${nationalNumber}`],
  ['49….0', ({ number }) => `${number.slice(1)}.0`],
];

const samples = getCountries().flatMap((country) => {
  const sample = getExampleNumber(country, examples);
  return sample ? [{ country, sample }] : [];
});
/** Islands whose national numbers have four or five digits: as short as an extension, and read by nobody. */
const isTooShort = (written: string): boolean => written.replace(/\D/g, '').length < 6;

test.each(writings)(
  'the mobiles of all countries are read from %s on a portal of their own',
  (_form, write) => {
    expect(samples.length).toBeGreaterThan(230);
    const wrong = samples.flatMap(({ country, sample }) => {
      const written = write(sample);
      const certain = listReadings(written, country).filter(({ isCertain }) => isCertain);
      const isRight = certain.length === 1 && certain[0]?.e164 === sample.number;
      return isRight || isTooShort(written) ? [] : [`${country} ${written} ${JSON.stringify(certain)}`];
    });
    expect(wrong).toEqual([]);
  },
);

test('a number that a spreadsheet took for an amount is no other number, on whatever portal', () => {
  for (const country of ['DE', 'US', 'RU', 'BR', 'IN', 'ID', null] as const) {
    const wrong = samples.flatMap(({ sample: { number } }) =>
      listReadings(`${number.slice(1)}.0`, country)
        .filter(({ e164 }) => e164.endsWith(`${number}0`))
        .map(({ e164 }) => e164),
    );
    expect(wrong).toEqual([]);
  }
});

test.each(['4.47900E+11', '5.35E+09', '4,917612E+12', '6.281234567E+12'])(
  'a number that a spreadsheet rounded (%s) is none',
  (value) => {
    for (const country of ['DE', 'US', 'GB', 'ID', null] as const) {
      expect(listReadings(value, country)).toEqual([]);
    }
  },
);
