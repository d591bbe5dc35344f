import { readonly, ref } from 'vue';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const key = 'contact-link-theme';
const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');

const stored = localStorage.getItem(key);
const chosen = ref<Theme>(themes.find((one) => one === stored) ?? 'system');
export const theme = readonly(chosen);

export function applyTheme(): void {
  const isDark = chosen.value === 'dark' || (chosen.value === 'system' && prefersDark.matches);
  document.documentElement.classList.toggle('dark', isDark);
  document.documentElement.classList.toggle('light', !isDark);
  document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
}

export function setTheme(value: Theme): void {
  chosen.value = value;
  localStorage.setItem(key, value);
  applyTheme();
}

prefersDark.addEventListener('change', applyTheme);
