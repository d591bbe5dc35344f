import type { WorkerOptions } from '@temporalio/worker';
import type { Traces } from '../telemetry';

/** The steps as spans, and those that the workflows make, which need the bundle with their interceptors. */
export async function toTracing({
  processor,
  resource,
}: Traces): Promise<Pick<WorkerOptions, 'interceptors' | 'sinks'>> {
  const { makeWorkflowExporter, OpenTelemetryActivityInboundInterceptor } =
    await import('@temporalio/interceptors-opentelemetry');
  return {
    interceptors: {
      activity: [(context) => ({ inbound: new OpenTelemetryActivityInboundInterceptor(context) })],
    },
    sinks: { exporter: makeWorkflowExporter(processor, resource) },
  };
}
