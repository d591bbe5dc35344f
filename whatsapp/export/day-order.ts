import { dayOrders, type DayOrder } from '../../domain/export/chat-file';
import type { Stamp } from './stamp';

/** A day without a zone. */
export interface Day {
  year: number;
  month: number;
  day: number;
}

/** WhatsApp began in 2009. */
const firstYear = 2009;
/** Thai phones count the years of Buddhism. */
const buddhistYears = 543;

function toYear(written: number): number {
  if (written < 100) return 2000 + written;
  return written > 2400 ? written - buddhistYears : written;
}

/** The day that a stamp means in an order of its numbers; null: there is no such day. */
export function toDay({ date: [a, b, c] }: Pick<Stamp, 'date'>, order: DayOrder): Day | null {
  const [written, month, day] = { dmy: [c, b, a], mdy: [c, a, b], ymd: [a, b, c] }[order] as [
    number,
    number,
    number,
  ];
  const year = toYear(written);
  const at = new Date(Date.UTC(year, month - 1, day));
  const isDay =
    year >= firstYear &&
    month >= 1 &&
    month <= 12 &&
    at.getUTCDate() === day &&
    at.getUTCMonth() === month - 1;
  return isDay ? { year, month, day } : null;
}

const daysOf = ({ year, month, day }: Day): number => Date.UTC(year, month - 1, day) / 86_400_000;

/** What the stamps of a file say of the order of their numbers. */
export interface OrderEvidence {
  order: DayOrder;
  /** Stamps that are no day. */
  impossible: number;
  /** Stamps that are days before the one in front of them: a chat is in order, but for a few. */
  backwards: number;
  last: number | null;
  newest: number;
}

/** Weighs the stamps of a file, one after the other. */
export function createDayOrderEvidence() {
  const all = dayOrders.map((order): OrderEvidence => ({
    order,
    impossible: 0,
    backwards: 0,
    last: null,
    newest: 0,
  }));
  let isYearFirst = false;
  let isWrittenWithDots = false;
  let hasTwoReadings = false;
  /** The numbers that stand first and last: of days there are more than of years. */
  const [firsts, lasts] = [new Set<number>(), new Set<number>()];
  function weigh(one: OrderEvidence, stamp: Stamp): void {
    const day = toDay(stamp, one.order);
    if (!day) {
      one.impossible += 1;
      return;
    }
    const at = daysOf(day);
    if (one.last !== null && at < one.last) one.backwards += 1;
    one.last = at;
    one.newest = Math.max(one.newest, at);
  }
  return {
    add(stamp: Stamp): void {
      isYearFirst ||= stamp.isYearFirst;
      isWrittenWithDots ||= stamp.form.includes('|.');
      hasTwoReadings ||= stamp.date[0] !== stamp.date[1];
      firsts.add(stamp.date[0]);
      lasts.add(stamp.date[2]);
      for (const one of all) weigh(one, stamp);
    },
    /** The orders that all stamps can have, the likeliest first; one alone is certain. */
    listPossible(now: Date): DayOrder[] {
      const today = daysOf({
        year: now.getUTCFullYear(),
        month: now.getUTCMonth() + 1,
        day: now.getUTCDate(),
      });
      const mayBeYearFirst = lasts.size > firsts.size;
      const wanted: DayOrder[] = isYearFirst ? ['ymd'] : mayBeYearFirst ? [...dayOrders] : ['dmy', 'mdy'];
      const possible = all.filter(
        ({ order, impossible, newest }) => wanted.includes(order) && impossible === 0 && newest <= today + 1,
      );
      const fewest = Math.min(...possible.map(({ backwards }) => backwards));
      const left = possible.filter(({ backwards }) => backwards === fewest).map(({ order }) => order);
      // Nobody writes the month first between dots, and the tenth of October is the same in both.
      const isOne = left.length === 2 && left[0] === 'dmy' && left[1] === 'mdy';
      return isOne && (isWrittenWithDots || !hasTwoReadings) ? ['dmy'] : left;
    },
  };
}
