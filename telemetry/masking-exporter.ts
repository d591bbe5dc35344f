import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { maskText } from './masking';

function maskAttributes(attributes: Attributes | undefined): void {
  for (const [name, value] of Object.entries(attributes ?? {}))
    if (attributes && typeof value === 'string') attributes[name] = maskText(value);
}

/** An error's message is an event of its span and its status, and may quote anything. */
function maskSpan(span: ReadableSpan): void {
  maskAttributes(span.attributes);
  for (const { attributes } of span.events) maskAttributes(attributes);
  if (span.status.message !== undefined) span.status.message = maskText(span.status.message);
}

/** Sends spans on as logs are written: without phones, WhatsApp ids, webhook addresses and credentials. */
export const maskSpans = (exporter: SpanExporter): SpanExporter => ({
  export(spans, done) {
    spans.forEach(maskSpan);
    exporter.export(spans, done);
  },
  shutdown: () => exporter.shutdown(),
  forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
});
