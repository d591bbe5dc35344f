import { useIntervalFn } from '@vueuse/core';
import { computed, ref, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';

/** One clock for all relative times of the page. */
const now = ref(Date.now());
useIntervalFn(() => (now.value = Date.now()), 10_000);

const units = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

interface Formats {
  /** `2 minutes ago`; a time ahead of this machine's clock is now. */
  ago: (iso: string) => string;
  /** Date and time to the second, with its zone. */
  exact: (iso: string) => string;
  day: (iso: string) => string;
  timeOfDay: (iso: string) => string;
  number: (value: number) => string;
  percent: (share: number) => string;
  /** Bytes as people write them. */
  size: (bytes: number) => string;
  /** A duration in its largest unit that is at least one. */
  lasting: (seconds: number) => string;
}

function toFormats(locale: string): Formats {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const exact = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'long' });
  const day = new Intl.DateTimeFormat(locale, { dateStyle: 'full' });
  const timeOfDay = new Intl.DateTimeFormat(locale, { timeStyle: 'short' });
  const number = new Intl.NumberFormat(locale);
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const unit = (name: string, value: number, digits = 0): string =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value);
  return {
    ago(iso) {
      const seconds = Math.max(0, (now.value - Date.parse(iso)) / 1000);
      const [name, length] = units.find(([, one]) => seconds >= one) ?? ['second', 1];
      if (name === 'second') return relative.format(0, 'second');
      return relative.format(-Math.floor(seconds / length), name);
    },
    exact: (iso) => exact.format(new Date(iso)),
    day: (iso) => day.format(new Date(iso)),
    timeOfDay: (iso) => timeOfDay.format(new Date(iso)),
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    size: (bytes) =>
      bytes >= 1_048_576
        ? unit('megabyte', bytes / 1_048_576, 1)
        : bytes >= 1024
          ? unit('kilobyte', bytes / 1024)
          : unit('byte', bytes),
    lasting(seconds) {
      const [name, length] = units.find(([, one]) => seconds >= one) ?? ['second', 1];
      return unit(name, Math.max(0, seconds / length), seconds / length < 10 ? 1 : 0);
    },
  };
}

/** Numbers and times in the language of now. */
export function useFormats(): ComputedRef<Formats> {
  const { locale } = useI18n({ useScope: 'global' });
  return computed(() => toFormats(locale.value));
}
