import type { Resource } from '@opentelemetry/resources';
import type { SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { maskSpans } from './masking-exporter';

/** Where the spans of this process go. */
export interface Traces {
  processor: SpanProcessor;
  resource: Resource;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Sends the spans of this process to a collector, by OTLP over HTTP. Without an address nothing of OpenTelemetry is even loaded. */
export async function startTraces(endpoint: string | null, service: string): Promise<Traces | null> {
  if (endpoint === null) return null;
  const [{ Resource }, sdk, { OTLPTraceExporter }] = await Promise.all([
    import('@opentelemetry/resources'),
    import('@opentelemetry/sdk-trace-node'),
    import('@opentelemetry/exporter-trace-otlp-http'),
  ]);
  const resource = new Resource({ 'service.name': `contact-link-${service}` });
  const exporter = new OTLPTraceExporter({
    url: `${endpoint.replace(/\/+$/, '')}/v1/traces`,
    timeoutMillis: 3_000,
  });
  const processor = new sdk.BatchSpanProcessor(maskSpans(exporter));
  const provider = new sdk.NodeTracerProvider({ resource, spanProcessors: [processor] });
  provider.register();
  return { processor, resource, stop: () => provider.shutdown().catch(() => undefined) };
}
