import {
  Client,
  type ClientInterceptors,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
} from '@temporalio/client';

interface TemporalAddress {
  connectionOptions: ConnectionOptions;
  namespace: string;
}

/** One more try bridges a blip; in a longer outage the caller gets an error at once. */
const maxAttempts = 2;
/** After an outage Temporal is found again within so many milliseconds; gRPC's own limit is two minutes. */
const maxReconnectMs = 5_000;

/** A client that connects when it is first needed, so that the API starts and lives on while Temporal is away. */
export function createTemporalClient(
  { connectionOptions, namespace }: TemporalAddress,
  interceptors: ClientInterceptors = {},
): {
  temporal: Client;
  connection: Connection;
} {
  const connection = Connection.lazy({
    ...connectionOptions,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions({ maxAttempts }))],
    channelArgs: { ...connectionOptions.channelArgs, 'grpc.max_reconnect_backoff_ms': maxReconnectMs },
  });
  const workflow = { queryRejectCondition: 'NOT_OPEN' } as const;
  const temporal = new Client({ connection, namespace, interceptors, workflow });
  return { temporal, connection };
}
