/** Requests made from the served OpenAPI document: what it allows, and what it does not. */
import fc from 'fast-check'

type Schema = {
  $ref?: string
  type?: string
  enum?: unknown[]
  const?: unknown
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  maxLength?: number
  pattern?: string
}
type Operation = {
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, unknown> }>
}
export type Document = { paths: Record<string, Record<string, Operation>> }

export type Call = {
  method: string
  path: string
  headers: [string, string][]
  body: Buffer
  /** Of the document, where the call is one of its operations. */
  operation?: Operation
}

/** Values of a schema. */
function valueOf(schema: Schema): fc.Arbitrary<unknown> {
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(valueOf))
  switch (schema.type) {
    case 'string':
      return fc.oneof(
        fc.string({ maxLength: Math.min(schema.maxLength ?? 40, 40) }),
        fc.constantFrom('cats', 'draft'),
      )
    case 'integer':
      return fc.integer()
    case 'number':
      return fc.double()
    case 'boolean':
      return fc.boolean()
    case 'array':
      return fc.array(valueOf(schema.items ?? {}), { maxLength: 3 })
    case 'object':
      return fc.record(
        Object.fromEntries(
          Object.entries(schema.properties ?? {}).map(([name, each]) => [name, valueOf(each)]),
        ),
        { requiredKeys: schema.required ?? [] },
      )
    default:
      return fc.jsonValue({ maxDepth: 2 })
  }
}

const TYPES = [
  'application/json',
  'image/png',
  'image/webp',
  'multipart/form-data',
  'text/plain',
  'x',
  '',
  '*/*',
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

/** Header values may hold any visible Latin letter. */
const headerValue = (maxLength: number) =>
  fc.string({
    unit: fc
      .integer({ min: 33, max: 255 })
      .map((code) => (code === 127 ? 126 : code))
      .map((code) => String.fromCharCode(code)),
    maxLength,
  })

const oddHeaders: fc.Arbitrary<[string, string][]> = fc.array(
  fc.oneof(
    fc.tuple(
      fc.constantFrom('accept', 'range', 'if-none-match', 'cookie', 'expect', 'origin'),
      headerValue(40),
    ),
    fc.tuple(
      fc.constantFrom('authorization', 'x-nurie-create-key', 'x-http-method-override'),
      headerValue(40),
    ),
    fc.tuple(
      fc.constant('x-long'),
      fc.constantFrom(4_000, 20_000).map((length) => 'x'.repeat(length)),
    ),
    fc.constant<[string, string]>(['authorization', 'Bearer a.b.c']),
  ),
  { maxLength: 4 },
)

const oddBody = fc.oneof(
  fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc
    .constantFrom('{', '{"__proto__":{"a":1}}', '{"constructor":{"prototype":{}}}', '[]', 'null', '')
    .map((text) => Buffer.from(text)),
  fc.constant(Buffer.alloc(100_000, 32)),
)

const pathPart = fc.oneof(
  fc.string({ maxLength: 12 }).map((text) => encodeURIComponent(text)),
  fc.constantFrom(
    '%00',
    '%ff',
    '%',
    '..',
    '%2e%2e',
    '%2f',
    '.',
    'x'.repeat(3_000),
    '__proto__',
    'constructor',
  ),
)

/** Calls of every operation, some as the document wants them and some wrong in one or several ways. `room` and `token` are good ones. */
export function callsOf(document: Document, room: string, token: string): fc.Arbitrary<Call> {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const known = fc.constantFrom(...operations).chain(({ path, method, operation }) => {
    const parameters = operation.parameters ?? []
    const queries = parameters.filter((each) => each.in === 'query')
    const contents = Object.entries(operation.requestBody?.content ?? {})
    const bodies = contents.map(([type, { schema }]) =>
      type === 'application/json'
        ? valueOf(schema).map((value) => ({ type, body: Buffer.from(JSON.stringify(value)) }))
        : oddBody.map((body) => ({ type, body })),
    )
    return fc.record({
      method: fc.constant(method),
      path: fc
        .tuple(
          fc.array(
            fc.oneof({ weight: 4, arbitrary: fc.constant(room) }, { weight: 1, arbitrary: pathPart }),
            {
              minLength: 4,
              maxLength: 4,
            },
          ),
          fc.tuple(...queries.map(({ schema }) => fc.option(valueOf(schema)))),
        )
        .map(([parts, values]) => {
          let next = 0
          const query = values.flatMap((value, i) =>
            value === null
              ? []
              : [
                  `${queries[i]!.name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`,
                ],
          )
          return (
            path.replace(/\{\w+\}/g, () => parts[next++ % 4]!) +
            (query.length > 0 ? `?${query.join('&')}` : '')
          )
        }),
      headers: oddHeaders.map((headers): [string, string][] => [
        ['authorization', `Bearer ${token}`],
        ...headers,
      ]),
      content: bodies.length > 0 ? fc.oneof(...bodies) : fc.constant({ type: '', body: Buffer.alloc(0) }),
      operation: fc.constant(operation),
    })
  })
  const sound = known.map(({ content, headers, ...call }): Call => ({
    ...call,
    headers: content.type ? [...headers, ['content-type', content.type]] : headers,
    body: content.body,
  }))
  const odd = fc
    .tuple(
      sound,
      fc.record(
        {
          method: fc.constantFrom(...METHODS),
          type: fc.constantFrom(...TYPES),
          body: oddBody,
          path: fc.array(pathPart, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([{ operation: _, ...call }, { method, type, body, path }]): Call => ({
      ...call,
      ...(method !== undefined && { method }),
      ...(path !== undefined && { path: `${call.path.split('?')[0]}${path}` }),
      ...(body !== undefined && { body }),
      headers: type === undefined ? call.headers : [...call.headers, ['content-type', type]],
    }))
  return fc.oneof(sound, odd)
}
