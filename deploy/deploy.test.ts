/** The deployment files, as far as they can be proved without a container engine. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { validate } from 'dockerfile-utils'
import { expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { nginxFolder } from '../server/cluster/processes.fixture.ts'
import { programPath } from '../server/cluster/services.fixture.ts'
import { readConfig } from '../server/config.ts'
import { limits } from '../shared/limits.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const text = (path: string) => readFileSync(join(root, path), 'utf8')
const version = (JSON.parse(text('package.json')) as { version: string }).version

/** By name, with what stands at `from:` of each stage; a tag that does not say which build is no pin. */
const isPinned = (image: string) => /^[\w./-]+:\d+\.\d+(\.\d+)?(-[a-z]+(-slim)?)?$/.test(image)

/** What the settings know; a limit that is not there is refused. */
const known = new Set(
  Array.from(text('server/config.ts').matchAll(/^ {2}((?:NURIE_)?[A-Z_]+): /gm), ([, name]) => name!),
)

type ComposeService = {
  image: string
  environment?: Record<string, string>
  read_only?: boolean
  mem_limit?: string
  command?: string[]
  healthcheck?: object
  cap_drop?: string[]
  ports?: string[]
  stop_grace_period?: string
  depends_on?: Record<string, unknown> | string[]
}
const compose = (path: string) =>
  parse(text(path), { merge: true }) as { services: Record<string, ComposeService>; volumes: object }

it('Q41 the image is made of pinned, slim parts, is not root, stops by SIGTERM, tells its health and serves as server and worker', () => {
  const file = text('Dockerfile')
  expect(validate(file)).toEqual([])
  expect(isPinned(/^ARG NODE=(\S+)$/m.exec(file)![1]!)).toBe(true)
  const stages = file.split(/^FROM /m).slice(1)
  for (const stage of stages) expect(stage).toMatch(/^\$\{NODE\}/)
  const last = stages.at(-1)!
  expect(last).toContain('USER node')
  expect(last).toContain('STOPSIGNAL SIGTERM')
  expect(last).toMatch(/HEALTHCHECK .*\\\n {2}CMD \["node", .*\/healthz/)
  expect(last).toContain('HOST=0.0.0.0')
  expect(stages.slice(0, 2).join('')).toContain('npm ci --omit=dev')
  expect(last).not.toContain('npm ')
  // What it names is there, and let in by .dockerignore.
  const ignored = text('.dockerignore').split('\n')
  for (const [, names] of last.matchAll(/^COPY (?!--)(.+) \S+$/gm))
    for (const name of names!.split(' ')) {
      expect(existsSync(join(root, name)), name).toBe(true)
      expect(ignored).toContain(`!${name}`)
    }
  const [program] = JSON.parse(/^CMD (\[.*\])$/m.exec(last)![1]!) as string[]
  expect(existsSync(join(root, program!))).toBe(true)
})

it('Q42 what runs in the image is in it: no module of the server or a worker is imported from what .dockerignore leaves out', () => {
  const left =
    /^(client|e2e|bench|fuzz|examples|deploy|models\/(data|training|evaluation))\/|\.(test|fixture)\.ts$/
  const seen = new Set<string>()
  const walk = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    expect(file).not.toMatch(left)
    for (const [, path] of text(file).matchAll(/(?:from |import\(|import |new URL\()'(\.[^']+\.m?[tj]s)'/g))
      walk(join(file, '..', path!))
  }
  walk('server/main.ts')
  walk('server/coloring/queue/workerMain.ts')
  expect(seen.size).toBeGreaterThan(100)
})

it.each(['compose.yaml', 'deploy/compose.cluster.yaml'])(
  'Q43 %s: pinned images, known settings, bounded memory, read-only roots, health, time to save',
  (path) => {
    const { services } = compose(path)
    for (const [name, service] of Object.entries(services)) {
      const isOurs = service.image.startsWith('nurie:')
      expect(isPinned(service.image), name).toBe(true)
      expect(service.mem_limit, name).toMatch(/^\d+[mg]$/)
      if (isOurs) {
        expect(service.image).toBe(`nurie:${version}`)
        expect(service.cap_drop).toEqual(['ALL'])
        expect(service.read_only).toBe(true)
        expect(parseInt(service.stop_grace_period!)).toBeGreaterThan(10)
        for (const setting of Object.keys(service.environment ?? {})) expect(known).toContain(setting)
        for (const file of service.command ?? []) expect(existsSync(join(root, file))).toBe(true)
      } else expect(service.healthcheck, name).toBeDefined()
      for (const port of service.ports ?? []) expect(port).toMatch(/:8080$/)
      const needs = service.depends_on ?? []
      for (const other of Array.isArray(needs) ? needs : Object.keys(needs))
        expect(services).toHaveProperty(other)
    }
  },
)

it('Q43 the cluster of compose has the servers nginx names, one secret, and settings that a server takes', () => {
  const { services } = compose('deploy/compose.cluster.yaml')
  const upstreams = Array.from(
    text('deploy/nginx/nginx.conf').matchAll(/^ +server ([\w-]+):(\d+)/gm),
    ([, name, port]) => {
      expect(port).toBe('8080')
      return name!
    },
  )
  expect(Object.keys(services).filter((name) => name.startsWith('node-'))).toEqual(upstreams)
  expect(services['redis']!.command!.join(' ')).toMatch(/--maxmemory \d+mb --maxmemory-policy noeviction/)
  const example = Object.fromEntries(
    Array.from(text('deploy/cluster.env.example').matchAll(/^(\w+)=(.*)$/gm), ([, name, value]) => [
      name!,
      value || (/PASSWORD|SECRET/.test(name!) ? 'f'.repeat(48) : ''),
    ]),
  )
  const filled = (value: string) =>
    value.replaceAll(/\$\{(\w+)[^}]*\}/g, (_all, name: string) => {
      expect(Object.keys(example), name).toContain(name)
      return example[name]!
    })
  for (const name of [...upstreams, 'worker']) {
    const environment = Object.entries(services[name]!.environment!)
    const config = readConfig(Object.fromEntries(environment.map(([key, value]) => [key, filled(value)])))
    expect(config.cluster?.secret).toBe(example['NURIE_SECRET'])
    expect(new URL(config.cluster!.databaseUrl).hostname).toBe('postgres')
    expect(new URL(config.cluster!.redisUrl).hostname).toBe('redis')
  }
})

type Probe = { httpGet: { path: string; port: string } }
type Container = {
  image: string
  args?: string[]
  ports: { name: string; containerPort: number }[]
  env: { name: string; value: string }[]
  envFrom: { secretRef: { name: string } }[]
  readinessProbe: Probe
  livenessProbe: Probe
  startupProbe: Probe
  resources: { requests: object; limits: { memory: string } }
  securityContext: object
  volumeMounts: { mountPath: string }[]
}
type Manifest = {
  kind: string
  metadata: { name: string }
  spec?: Record<string, unknown>
  stringData?: Record<string, string>
}
const folder = 'deploy/kubernetes'
const manifests = () =>
  (parse(text(`${folder}/kustomization.yaml`)) as { resources: string[] }).resources.flatMap((file) =>
    parseAllDocuments(text(`${folder}/${file}`)).map((document) => {
      expect(document.errors).toEqual([])
      return document.toJS() as Manifest
    }),
  )

it('Q44 the manifests: probes, bounds, no root, known settings, time to drain, a disruption budget for each; what refers finds', () => {
  const all = manifests()
  const named = (kind: string) => all.filter((manifest) => manifest.kind === kind)
  const deployments = named('Deployment')
  expect(deployments.map(({ metadata }) => metadata.name)).toEqual(['nurie-server', 'nurie-worker'])
  const [{ newTag }] = (parse(text(`${folder}/kustomization.yaml`)) as { images: [{ newTag: string }] })
    .images
  expect(newTag).toBe(version)
  const secret = parse(text(`${folder}/secret.example.yaml`)) as Manifest
  for (const { metadata, spec } of deployments) {
    const { template } = spec as {
      template: {
        metadata: { labels: object }
        spec: { containers: Container[]; securityContext: object; terminationGracePeriodSeconds: number }
      }
    }
    const pod = template.spec
    const [container] = pod.containers
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    })
    expect(container!.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    })
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(15)
    expect(container!.ports).toEqual([{ name: 'http', containerPort: 8080 }])
    expect(container!.readinessProbe.httpGet).toEqual({ path: '/readyz', port: 'http' })
    expect(container!.livenessProbe.httpGet).toEqual({ path: '/healthz', port: 'http' })
    expect(container!.resources.limits.memory).toMatch(/Gi$/)
    expect(container!.envFrom[0]!.secretRef.name).toBe(secret.metadata.name)
    for (const { name } of container!.env) expect(known).toContain(name)
    for (const file of container!.args ?? []) expect(existsSync(join(root, file))).toBe(true)
    const env = Object.fromEntries(container!.env.map(({ name, value }) => [name, value]))
    expect(readConfig({ ...secret.stringData, ...env }).cluster).toBeDefined()
    const budget = named('PodDisruptionBudget').find((each) => each.metadata.name === metadata.name)
    expect(budget?.spec).toMatchObject({ selector: { matchLabels: template.metadata.labels } })
  }
  const [service] = named('Service')
  const [ingress] = named('Ingress')
  expect(JSON.stringify(ingress!.spec)).toContain(`"service":{"name":"${service!.metadata.name}"`)
  expect(service!.spec).toMatchObject({ selector: { 'app.kubernetes.io/name': 'nurie-server' } })
  const adapter = parse(text(`${folder}/queueWait.adapter.yaml`)) as {
    rules: { external: { name: { as: string }; seriesQuery: string }[] }
  }
  const [scaler] = named('HorizontalPodAutoscaler')
  const [rule] = adapter.rules.external
  expect(JSON.stringify(scaler!.spec)).toContain(rule!.name.as)
  expect(text('server/metricList.ts')).toContain(`'${rule!.seriesQuery.replace(/_bucket$/, '')}'`)
})

it.each(['plain.conf', 'tls.conf'])(
  'Q45 nginx takes its configuration with %s, and bodies as large as the servers do',
  async (server) => {
    const { folder } = await nginxFolder([1, 2])
    try {
      const main = join(folder, 'nginx.conf')
      writeFileSync(main, readFileSync(main, 'utf8').replace('include plain.conf', `include ${server}`))
      mkdirSync(join(folder, 'tls'))
      const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', join(folder, 'tls/privkey.pem')]
      const certificate = ['-out', join(folder, 'tls/fullchain.pem'), '-days', '1', '-subj', '/CN=localhost']
      execFileSync('openssl', ['req', '-x509', ...key, ...certificate], { stdio: 'ignore' })
      execFileSync(programPath('nginx', 'nginx'), ['-t', '-c', main, '-e', join(folder, 'error.log')], {
        stdio: 'pipe',
      })
      const [, megabytes] = /client_max_body_size (\d+)m/.exec(text('deploy/nginx/routes.conf'))!
      expect(Number(megabytes) * 1024 * 1024).toBeGreaterThan(limits.fileBytes)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)

it('Q43 every YAML file of deploy/ is read without a fault', () => {
  const files = readdirSync(join(root, 'deploy'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.yaml'),
  )
  expect(files.length).toBeGreaterThan(6)
  for (const file of [...files.map((file) => `deploy/${file}`), 'compose.yaml'])
    for (const document of parseAllDocuments(text(file), { merge: true }))
      expect(document.errors, file).toEqual([])
})
