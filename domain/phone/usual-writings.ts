import { hasCallingCodeOf, parseInternational, type CountryCode } from './parse-number';

type Parsed = NonNullable<ReturnType<typeof parseInternational>>;

const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Mexico's own prefixes before mobiles and long distance until 2020; cards still carry them. */
const mexicanPrefixes = ['01', '044', '045'];

/** With its calling code: plain, with `00`, and with the trunk prefix left in, as in `+49 (0)176 …` or `+54 11 15 …`. */
function listInternational(e164: string, number: Parsed | null): string[] {
  const bare = e164.slice(1);
  if (!number) return [e164, bare, `00${bare}`];
  const { countryCallingCode: callingCode, nationalNumber } = number;
  const dialled = digitsOf(number.formatNational());
  return [
    ...[e164, bare, `00${bare}`, `+${callingCode}(0)${nationalNumber}`],
    ...[`+${callingCode}${dialled}`, `+${callingCode}${dialled.replace(/^0/, '')}`],
  ];
}

/** As people of the country write it: without its calling code, with and without the trunk prefix. */
function listNational(number: Parsed, country: CountryCode): string[] {
  const national: string = number.nationalNumber;
  const dialled = digitsOf(number.formatNational());
  const usual = [national, dialled, dialled.replace(/^0/, ''), `0${national}`];
  if (number.countryCallingCode === '7') return [...usual, `8${national}`, `+8${national}`];
  if (country === 'MX') return [...usual, ...mexicanPrefixes.map((prefix) => prefix + national)];
  return usual;
}

/** As people of another country dial it: `011` in America, `0011` in Australia, `810` in Russia. */
function listDialledFrom(number: Parsed, country: CountryCode): string[] {
  // Types promise a text; countries with several prefixes and no usual one have none.
  const dialled = number.format('IDD', { fromCountry: country }) as string | undefined;
  return dialled ? [digitsOf(dialled)] : [];
}

/** The ways in which a full number is usually written, the likeliest first; `country` is the writer's. */
export function listWritings(e164: string, country: CountryCode | null): string[] {
  const number = parseInternational(e164.slice(1));
  const international = listInternational(e164, number);
  if (!number || !country) return international;
  const local = hasCallingCodeOf(number, country)
    ? listNational(number, country)
    : listDialledFrom(number, country);
  return [...international, ...local];
}
