import { coresFor, type Costs } from './costs';

/** A line of the picture: the costs of an approach. */
export interface Line {
  name: string;
  costs: Costs;
}

const size = { width: 760, height: 460, left: 64, right: 200, top: 56, bottom: 48 };
const contactsShown = [1_000, 100_000] as const;
const coresShown = [0.001, 100] as const;
const colours = ['#0b6e4f', '#2a9d5c', '#b5179e', '#d62828', '#3a86ff', '#b45309', '#555555', '#8338ec'];
const intervalMs = 180_000;
const pointsPerLine = 25;

/** The place of a value on an axis whose equal steps are equal ratios. */
const placeOf = (
  value: number,
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
) => from + ((Math.log10(value) - Math.log10(low)) / (Math.log10(high) - Math.log10(low))) * (to - from);

const x = (contacts: number) => placeOf(contacts, contactsShown, [size.left, size.width - size.right]);
const y = (cores: number) =>
  placeOf(Math.min(Math.max(cores, coresShown[0]), coresShown[1]), coresShown, [
    size.height - size.bottom,
    size.top,
  ]);

const decades = ([low, high]: readonly [number, number]): number[] =>
  Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, power) => low * 10 ** power);

const text = (at: readonly [number, number], words: string, more = '') =>
  `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" ${more}>${words.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text>`;

const rule = (from: readonly [number, number], to: readonly [number, number], stroke = '#ddd', dash = '') =>
  `<line x1="${from[0].toFixed(1)}" y1="${from[1].toFixed(1)}" x2="${to[0].toFixed(1)}" y2="${to[1].toFixed(1)}" stroke="${stroke}" ${dash}/>`;

function drawAxes(): string[] {
  const right = size.width - size.right;
  const bottom = size.height - size.bottom;
  const across = decades(coresShown).flatMap((cores) => [
    rule([size.left, y(cores)], [right, y(cores)]),
    text([size.left - 8, y(cores) + 4], String(cores), 'text-anchor="end"'),
  ]);
  const up = decades(contactsShown).flatMap((contacts) => [
    rule([x(contacts), size.top], [x(contacts), bottom]),
    text([x(contacts), bottom + 18], contacts.toLocaleString('en'), 'text-anchor="middle"'),
  ]);
  const box = [
    rule([size.left, y(2)], [right, y(2)], '#888', 'stroke-dasharray="4 4"'),
    text([size.left + 4, y(2) - 4], 'two cores', 'fill="#666"'),
  ];
  return [...across, ...up, ...box];
}

function drawLine({ costs }: Line, colour: string, activeShare: number): string {
  const ratio = contactsShown[1] / contactsShown[0];
  const points = Array.from({ length: pointsPerLine }, (_, step) => {
    const contacts = contactsShown[0] * ratio ** (step / (pointsPerLine - 1));
    return `${x(contacts).toFixed(1)},${y(coresFor(costs, { contacts, intervalMs, activeShare })).toFixed(1)}`;
  });
  return `<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

/** Names stand at the ends of their lines, apart from each other. */
function drawNames(lines: readonly Line[], activeShare: number): string[] {
  const rows = lines
    .map(({ name, costs }, index) => ({
      ...{ name, colour: colours[index % colours.length] ?? '#000' },
      at: y(coresFor(costs, { contacts: contactsShown[1], intervalMs, activeShare })),
    }))
    .sort((a, b) => a.at - b.at);
  let last = -Infinity;
  return rows.map(({ name, colour, at }) => {
    last = Math.max(at + 4, last + 15);
    return text([size.width - size.right + 8, last], name, `fill="${colour}"`);
  });
}

/** Cores that are busy by contacts, both axes by ratios: measured costs, reckoned for a check every three minutes. */
export function toPicture(lines: readonly Line[], activeShare: number): string {
  const title = `Cores kept busy by contacts, a check every 3 minutes, ${activeShare * 100} % of them active a round`;
  const made =
    'Reckoned from the measured processor time of a round; one sweep for all (parked, node-cron) is an upper bound.';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    text([size.left, 18], title, 'font-size="14" fill="#222"'),
    text([size.left, 36], made, 'fill="#555"'),
    ...drawAxes(),
    ...lines.map((line, index) => drawLine(line, colours[index % colours.length] ?? '#000', activeShare)),
    ...drawNames(lines, activeShare),
    text([(size.left + size.width - size.right) / 2, size.height - 8], 'contacts', 'text-anchor="middle"'),
    `<text transform="translate(16 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)" text-anchor="middle">processor cores, all processes together</text>`,
    '</svg>',
    '',
  ].join('\n');
}
