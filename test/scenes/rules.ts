/** One value of a series, or of what an expression gives. */
interface Sample {
  labels: Record<string, string>;
  value: number;
}

/** A series by the minute. */
export interface Series {
  name: string;
  labels: Record<string, string>;
  values: number[];
}

type At = (minute: number) => Sample[];

const toLabels = (text = ''): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );

/** `up{job="api"}` with values such as `1x5 0+2x10`, as promtool writes them. */
export function toSeries(series: string, values: string): Series {
  const [, name = '', labels] = /^(\w+)(?:\{(.*)\})?$/.exec(series) ?? [];
  const runs = values.split(' ').map((run) => /^(-?[\d.]+)(?:\+([\d.]+))?x(\d+)$/.exec(run) ?? []);
  const numbers = runs.flatMap(([, from, step = '0', times]) =>
    Array.from({ length: Number(times) + 1 }, (_, index) => Number(from) + index * Number(step)),
  );
  return { name, labels: toLabels(labels), values: numbers };
}

const keyOf = (labels: Sample['labels']): string => JSON.stringify(Object.entries(labels).sort());

/** How much a counter grew in the minutes before; what it lost by a new start of its process does not count. */
function growth(values: readonly number[], minute: number, minutes: number): number | null {
  const seen = values.slice(Math.max(0, minute - minutes), minute + 1);
  if (seen.length < 2) return null;
  const grown = seen.slice(1).reduce((sum, value, index) => sum + Math.max(0, value - (seen[index] ?? 0)), 0);
  return (grown * minutes) / (seen.length - 1);
}

function quantile(share: number, buckets: readonly Sample[]): number {
  const sorted = buckets
    .map(({ labels, value }) => ({ le: labels.le === '+Inf' ? Infinity : Number(labels.le), count: value }))
    .sort((a, b) => a.le - b.le);
  const rank = share * (sorted.at(-1)?.count ?? 0);
  const index = sorted.findIndex(({ count }) => count >= rank);
  const [lower, upper] = [sorted[index - 1] ?? { le: 0, count: 0 }, sorted[index]];
  if (!upper || rank === 0) return NaN;
  if (upper.le === Infinity) return lower.le;
  return lower.le + ((upper.le - lower.le) * (rank - lower.count)) / (upper.count - lower.count);
}

function aggregate(how: string, by: readonly string[], samples: readonly Sample[]): Sample[] {
  const groups = new Map<string, Sample>();
  for (const { labels, value } of samples) {
    const kept = Object.fromEntries(by.flatMap((name) => (labels[name] ? [[name, labels[name]]] : [])));
    const known = groups.get(keyOf(kept));
    const both = known && (how === 'sum' ? known.value + value : Math.max(known.value, value));
    groups.set(keyOf(kept), { labels: kept, value: both ?? value });
  }
  return [...groups.values()];
}

const compared: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '==': (a, b) => a === b,
};

/** The part of Prometheus' language that our rules are written in; anything else is an error. */
export function parseRule(text: string, series: readonly Series[]): At {
  const tokens = text.match(/\w+\{[^}]*\}(?:\[\w+\])?|[A-Za-z_]\w*(?:\[\w+\])?|[\d.]+|==|[-()/,<>]/g) ?? [];
  const take = (wanted?: string): string => {
    const token = tokens.shift();
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`${String(token)} instead of ${wanted ?? 'more'} in ${text}`);
    return token;
  };
  const next = (): string | undefined => tokens[0];
  const names = (): string[] => {
    const found: string[] = [];
    for (take('by'), take('('); next() !== ')';) found.push(take());
    take(')');
    return found.filter((name) => name !== ',');
  };
  const inside = (): At => {
    take('(');
    const found = either();
    take(')');
    return found;
  };

  function select(token: string): At {
    const [, name, matchers = '', minutes] = /^(\w+)(?:\{(.*)\})?(?:\[(\d+)[mh]\])?$/.exec(token) ?? [];
    const wanted = [...matchers.matchAll(/(\w+)(=~?)"([^"]*)"/g)].map(
      ([, label = '', , value = '']) => [label, new RegExp(`^(?:${value})$`)] as const,
    );
    const found = series.filter(
      (one) => one.name === name && wanted.every(([label, form]) => form.test(one.labels[label] ?? '')),
    );
    const hours = token.endsWith('h]') ? 60 : 1;
    return (minute) =>
      found.flatMap(({ labels, values }) => {
        const value = minutes ? growth(values, minute, Number(minutes) * hours) : values[minute];
        return value === undefined || value === null ? [] : [{ labels, value }];
      });
  }

  function one(): At {
    if (next() === '(') return inside();
    const token = take();
    if (/^[\d.]+$/.test(token)) return () => [{ labels: {}, value: Number(token) }];
    if (token === 'sum' || token === 'max') {
      const by = next() === 'by' ? names() : [];
      const of = inside();
      return (minute) => aggregate(token, by, of(minute));
    }
    if (token === 'absent') {
      const of = inside();
      return (minute) => (of(minute).length > 0 ? [] : [{ labels: {}, value: 1 }]);
    }
    if (token === 'histogram_quantile') {
      take('(');
      const share = Number(take());
      take(',');
      const of = either();
      take(')');
      return (minute) => (of(minute).length > 0 ? [{ labels: {}, value: quantile(share, of(minute)) }] : []);
    }
    // A rate and the growth in its window differ by a factor only, which no rule of ours that uses a rate depends on.
    return ['increase', 'rate', 'vector'].includes(token) ? inside() : select(token);
  }

  function join(left: At, right: At, of: (a: number, b: number) => number): At {
    return (minute) =>
      left(minute).flatMap(({ labels, value }) => {
        const other = right(minute).find((sample) => keyOf(sample.labels) === keyOf(labels));
        return other ? [{ labels, value: of(value, other.value) }] : [];
      });
  }

  function sum(): At {
    let left = one();
    while (next() === '-' || next() === '/')
      left = take() === '-' ? join(left, one(), (a, b) => a - b) : join(left, one(), (a, b) => a / b);
    return left;
  }

  function comparison(): At {
    const left = sum();
    const holds = compared[next() ?? ''];
    if (!holds) return left;
    take();
    const limit = Number(take());
    return (minute) => left(minute).filter(({ value }) => holds(value, limit));
  }

  function both(): At {
    let left = comparison();
    while (next() === 'and') {
      for (const word of ['and', 'on', '(', ')']) take(word);
      const [before, other] = [left, comparison()];
      left = (minute) => (other(minute).length > 0 ? before(minute) : []);
    }
    return left;
  }

  function either(): At {
    let left = both();
    while (next() === 'or') {
      take();
      const [before, other] = [left, both()];
      left = (minute) => (before(minute).length > 0 ? before(minute) : other(minute));
    }
    return left;
  }

  const rule = either();
  if (tokens.length > 0) throw new Error(`${tokens.join(' ')} is not understood in ${text}`);
  return rule;
}

/** The labels for which a rule has held from so many minutes before up to this one. */
export function findFiring(rule: At, forMinutes: number, minute: number): Sample['labels'][] {
  const minutes = Array.from({ length: forMinutes + 1 }, (_, index) => minute - index);
  const holds = ({ labels }: Sample, at: number) =>
    rule(at).some((one) => keyOf(one.labels) === keyOf(labels));
  return rule(minute)
    .filter((sample) => minutes.every((at) => holds(sample, at)))
    .map(({ labels }) => labels);
}
