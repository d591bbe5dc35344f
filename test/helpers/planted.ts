/** Personal data that goes through the recorded runs; none of it may be in a history. */
export const planted = {
  phone: '+491701234567',
  otherPhone: '+491707654321',
  personName: 'Klaus Plantedname',
  contactName: 'Maria Plantedcontact',
  text: 'a plantedtext about the price',
};

/** Parts by which the planted data is known, also when it is written in another form. The last two are our number and name. */
export const traces = [
  '1701234567',
  '1707654321',
  '1701234',
  'planted',
  'Klaus',
  'Maria',
  '1700000001',
  'Anna Sales',
];

/** Every string of a JSON value, as it is and decoded: payloads are base64. */
function* textsOf(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    yield value;
    yield Buffer.from(value, 'base64').toString('utf8');
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield key;
      yield* textsOf(inner);
    }
  }
}

/** The traces of planted data in a history's JSON. */
export function findTraces(history: unknown): string[] {
  const text = [...textsOf(history)].join('\n').toLowerCase();
  return traces.filter((trace) => text.includes(trace.toLowerCase()));
}
