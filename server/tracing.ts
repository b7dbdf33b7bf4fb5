/**
 * Traces of the way from a stroke to the frame that shows it, for operators who ask where time goes. Off unless `startTracing` is called:
 * then each call here is one comparison. One process has one tracer, as OpenTelemetry has it; this is the only file that knows that.
 *
 * `stroke` (an update came) > `gate` (judged), `journal` (until it is durable), `relay` (told to the others), `touch` (given to coloring);
 * `touch` > `queue` (waits for its draft), `draft`, `refine`, each with `encode` and `send` (the first socket). A room is its hash.
 */
import { context, ROOT_CONTEXT, trace, TraceFlags, type Context, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node'

export type Attributes = Record<string, string | number | boolean>
/** What later spans hang from, also in another process: W3C's `traceparent`. */
export type Traceparent = string
/** Of performance.now(); without `until` it ends now. */
type Times = { since: number; until?: number }

export type TracingOptions = {
  /** Where spans are sent: OTLP over HTTP, such as http://collector:4318/v1/traces */
  url: string
  /** Of all strokes. */
  share: number
  service: string
  version: string
  /** What others know this process by. */
  node: string
}

let tracer: Tracer | undefined

/** Gives the way to end it, which sends what is left and waits a little for that. A collector that is away costs spans, nothing else. */
export function startTracing({ url, share, service, version, node }: TracingOptions): () => Promise<void> {
  const exporter = new OTLPTraceExporter({ url, timeoutMillis: 5_000 })
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({
      'service.name': service,
      'service.version': version,
      'service.instance.id': node,
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { maxQueueSize: 4_096, scheduledDelayMillis: 1_000 })],
  })
  provider.register()
  tracer = provider.getTracer('nurie', version)
  return async () => {
    tracer = undefined
    await provider.shutdown().catch(() => {})
    trace.disable()
    context.disable()
  }
}

/** Does `work` as a span; what begins within it, or in what it leaves to be done later, hangs from it. */
export function within<T>(name: string, attributes: () => Attributes, work: () => T): T {
  if (!tracer) return work()
  const span = tracer.startSpan(name, { attributes: attributes() })
  try {
    return context.with(trace.setSpan(context.active(), span), work)
  } finally {
    span.end()
  }
}

/** A span from now until what is returned is called. */
export function begin(name: string): () => void {
  if (!tracer) return nothing
  const span = tracer.startSpan(name)
  return () => span.end()
}

/** Does `work` so that spans in it hang from `parent`. */
export function under<T>(parent: Traceparent | undefined, work: () => T): T {
  if (!tracer || !parent) return work()
  return context.with(contextOf(parent), work)
}

/** A span whose times are known; gives what may hang from it. */
export function told(
  name: string,
  parent: Traceparent | undefined,
  times: Times,
  attributes: Attributes = {},
): Traceparent | undefined {
  if (!tracer) return undefined
  const span = tracer.startSpan(
    name,
    { startTime: times.since, attributes },
    parent ? contextOf(parent) : context.active(),
  )
  span.end(times.until)
  return traceparentOf(trace.setSpan(ROOT_CONTEXT, span))
}

/** Of the span that is under way here; undefined without one. */
export const here = (): Traceparent | undefined => (tracer ? traceparentOf(context.active()) : undefined)

const nothing = () => {}

function traceparentOf(of: Context): Traceparent | undefined {
  const span = trace.getSpanContext(of)
  return span && `00-${span.traceId}-${span.spanId}-0${span.traceFlags & TraceFlags.SAMPLED}`
}

function contextOf(parent: Traceparent): Context {
  const [, traceId, spanId, flags] = parent.split('-')
  if (!traceId || !spanId || !flags) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number(flags) & 1,
    isRemote: true,
  })
}
