import { clip, oneLine } from '../clip';
import type { MetaContent } from './payload';

const maxAnswers = 50;
/** Of a form, these are the sender's bookkeeping and no answer of a person. */
const notAnswers = new Set(['flow_token', 'wa_flow_response_params']);

function toWords(value: unknown): string | null {
  if (typeof value === 'string') return oneLine(clip(value, 1_000)) || null;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) {
    const parts = value.slice(0, maxAnswers).map(toWords);
    return parts.filter(Boolean).join(', ') || null;
  }
  return null;
}

function parse(json: unknown): unknown {
  if (typeof json !== 'string') return json;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return json;
  }
}

/** The answers of a form, a line each: JSON in a text, which may be none. */
function readForm(json: unknown): string | null {
  const answers = parse(json);
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) return toWords(answers);
  const lines = Object.entries(answers)
    .filter(([name]) => !notAnswers.has(name))
    .slice(0, maxAnswers)
    .flatMap(([name, value]) => {
      const words = toWords(value);
      return words === null ? [] : [`${oneLine(clip(name, 100))}: ${words}`];
    });
  return lines.length > 0 ? lines.join('\n') : null;
}

const lines = (...parts: (string | null | undefined)[]): string | null =>
  parts.filter((part) => part?.trim()).join('\n') || null;

/** The words of an answer that was tapped and not typed; null where there are none. */
export function readAnswer({ interactive, button, template }: MetaContent): string | null {
  if (button) return lines(button.text ?? button.payload);
  const tapped = interactive?.button_reply ?? interactive?.list_reply;
  if (tapped) return lines(tapped.title ?? tapped.id, tapped.description);
  const form = interactive?.nfm_reply;
  if (form) return lines(form.body ?? form.name, readForm(form.response_json));
  const call = interactive?.call_permission_reply;
  if (call) return lines(`Permission to call: ${oneLine(clip(call.response ?? 'answered', 100))}`);
  const { header, body, footer } = interactive ?? {};
  return lines(header?.text, body?.text, footer?.text) ?? lines(template?.name);
}
