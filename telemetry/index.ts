export { createLogger, type Logger } from './logger';
export { maskText } from './masking';
export { createMetrics, type Metrics } from './metrics';
export { createStateGauges, type Standing } from './state-gauges';
export { toLoggable } from './to-loggable';
export { startTraces, type Traces } from './traces';
