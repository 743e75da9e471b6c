import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parseAddress } from '../../../src/cli/commands/exporter/index.ts'
import { playDay } from '../../../src/cli/commands/sandbox/traffic.ts'
import { interrupted } from '../../../src/core/errors.ts'
import { lastHours } from '../../../src/report/window.ts'
import { parseMetrics, sumOf } from '../../support/openmetrics.ts'
import { onSandbox } from './on-sandbox.ts'

const { run, sandbox } = onSandbox()
const play = () => playDay(sandbox(), 3, { start: lastHours(Date.now(), 1).start, end: Date.now() })

let cache: string
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), 'exporter-'))
})
afterEach(() => rm(cache, { recursive: true, force: true }))

/** Runs it until it has answered what is asked of it; then it is interrupted, as by Ctrl-C. */
async function served<Answer>(line: string, ask: (url: string) => Promise<Answer>, cwd?: string) {
  const stop = new AbortController()
  let asked: Promise<Answer> | undefined
  const listen = line.includes('--listen') ? '' : '--listen 127.0.0.1:0 '
  const { code, stdout, stderr } = await run(`exporter --offline ${listen}${line}`.trim(), {
    signal: stop.signal,
    env: { XDG_CACHE_HOME: cache },
    ...(cwd && { cwd }),
    meanwhile({ stdout, stderr }) {
      const look = () => {
        // The first read is over when its cost has been told.
        const url = /http:\/\/[^\s"]+\/metrics/.exec(stdout.text)?.[0]
        if (!url || !/AWS charges|--quiet/.test(line.includes('--quiet') ? '--quiet' : stderr.text)) return
        clearInterval(timer)
        asked = ask(url).finally(() => stop.abort(interrupted()))
        asked.catch(() => {})
      }
      const timer = setInterval(look, 5)
      timer.unref()
    },
  })
  if (!asked) throw new Error(`it ended with ${code} before it served: ${stderr}`)
  return { code, stdout, stderr, answer: await asked }
}

const metricsOf = async (url: string) => parseMetrics(await (await fetch(url)).text())

describe('exporter', () => {
  test('serves until it is interrupted, which is its ordinary end', async () => {
    play()
    const { code, stdout, stderr, answer } = await served('', metricsOf)
    expect(code).toBe(0)
    expect(stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/metrics\n$/)
    expect(stderr).toMatch(/^Reading every 300 s: AWS charges about \$\d+\.\d\d a day at most/m)
    expect(stderr).not.toMatch(/error|warning/)
    expect(sumOf(answer, 'bedrock_monitor_up')).toBe(1)
    expect(sumOf(answer, 'bedrock_monitor_build_info', { version: '1.2.3' })).toBe(1)
    expect(new Set(answer.map(({ labels }) => labels.model)).size).toBeGreaterThan(3)
  })

  test('asks AWS no more often when it is scraped more often', async () => {
    play()
    const { answer } = await served('', async (url) => {
      const before = sandbox().calls.length
      await Promise.all(Array.from({ length: 40 }, () => fetch(url).then((response) => response.text())))
      return sandbox().calls.length - before
    })
    expect(answer).toBe(0)
  })

  test('tells a program where it serves', async () => {
    const { stdout } = await served('--json --quiet', (url) => fetch(url))
    expect(JSON.parse(stdout)).toEqual({
      schemaVersion: 1,
      command: 'exporter',
      ok: true,
      url: expect.stringMatching(/^http/),
    })
  })

  test('keeps what it has counted where only its user may read it, and begins anew where that is damaged', async () => {
    play()
    await served('', metricsOf)
    const folder = join(cache, 'bedrock-monitor')
    const [name = ''] = await readdir(folder)
    const kept = await readFile(join(folder, name), 'utf8')
    expect(JSON.parse(kept)).toMatchObject({ version: 2 })
    expect((await served('', metricsOf)).stderr).not.toContain('begin at 0 again')
    await writeFile(join(folder, name), kept.slice(1))
    expect((await served('', metricsOf)).stderr).toContain('warning: the counters begin at 0 again')
    await truncate(join(folder, name), 33 * 1024 ** 2)
    expect((await served('', metricsOf)).stderr).toContain('warning: the counters begin at 0 again')
  })

  test('keeps the same for an address, however that is written', async () => {
    const { answer } = await served('', async (url) => new URL(url).port)
    await rm(join(cache, 'bedrock-monitor'), { recursive: true })
    await served(`--listen ${answer}`, metricsOf)
    await served(`--listen 127.0.0.1:${answer}`, metricsOf)
    expect(await readdir(join(cache, 'bedrock-monitor'))).toHaveLength(1)
  })

  test('on a free port keeps apart what is read of other Regions', async () => {
    await served('', metricsOf)
    await served('--region eu-west-1', metricsOf)
    expect(await readdir(join(cache, 'bedrock-monitor'))).toHaveLength(2)
  })

  test('says so where it cannot keep what it has counted, and serves all the same', async () => {
    await writeFile(join(cache, 'bedrock-monitor'), 'not a folder')
    const { code, stderr } = await served('', metricsOf)
    expect(code).toBe(0)
    expect(stderr).toMatch(/^warning: the counters cannot be kept, and begin at 0 after a restart: .*bedrock-monitor/m)
  })

  test('keeps serving where AWS refuses, and says so', async () => {
    sandbox().faults.push({ kind: 'access-denied', service: 'cloudwatch', operation: 'GetMetricData', count: 1_000 })
    const { code, stderr, answer } = await served('--no-linked', async (url) => {
      const health = await fetch(new URL('/healthz', url))
      return { health: await health.text(), metrics: await metricsOf(url) }
    })
    expect(code).toBe(0)
    expect(answer.health).toBe('ok\n')
    expect(answer.metrics.filter(({ name }) => name === 'bedrock_monitor_up')).toEqual([
      {
        name: 'bedrock_monitor_up',
        labels: { account: '111122223333', region: 'us-east-1', source: 'metrics' },
        value: 0,
      },
    ])
    expect(stderr).toMatch(/warning: us-east-1 could not be read, so its counters wait: cloudwatch:GetMetricData/)
  })

  test('says plainly that others can reach it', async () => {
    const { stderr } = await served('--listen 0.0.0.0:0', async () => {})
    expect(stderr).toContain('warning: whoever reaches 0.0.0.0:0 can read models, accounts, usage and cost')
  })

  test('names teams where metrics tell them, and says where they do not', async () => {
    play()
    const file = join(cache, 'teams.csv')
    await writeFile(file, 'team,model\nsmall,*nova*\n')
    const { answer } = await served(`--teams ${file}`, metricsOf)
    expect(new Set(answer.flatMap(({ labels }) => labels.team ?? []))).toEqual(new Set(['small', 'unallocated']))
    // What was counted under another name stays under that one.
    await rm(join(cache, 'bedrock-monitor'), { recursive: true })
    await writeFile(file, 'team,role\nsupport,Support*\n')
    const { answer: untold, stderr } = await served(`--teams ${file}`, metricsOf)
    expect(untold.flatMap(({ labels }) => labels.team ?? [])).toEqual([])
    expect(stderr).toMatch(/warning: .*teams\.csv: the rules of teams need more than CloudWatch's metrics have/)
  })
})

test.each([
  ['--listen nowhere', /--listen is 'nowhere'/, 2],
  ['--listen 127.0.0.1:70000', /--listen is '127\.0\.0\.1:70000': not HOST:PORT/, 2],
  ['--listen [1::2::3]:1', /--listen is/, 2],
  ['--print-rules --print-dashboard', /pass one of them/, 2],
  ['--interval 30', /60 to 900/, 2],
  ['--by model', /--by is 'model'/, 2],
])('exporter %s is refused before anything is asked', async (line, says, exit) => {
  const { code, stderr } = await run(`exporter ${line}`)
  expect([code, stderr]).toEqual([exit, expect.stringMatching(says)])
  expect(sandbox().calls).toEqual([])
})

test('an address that is taken is told, before anything is read', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const { code, stderr } = await run(`exporter --offline --listen ${port}`, { env: { XDG_CACHE_HOME: cache } })
  await new Promise((resolve) => other.close(resolve))
  expect([code, stderr]).toEqual([
    1,
    expect.stringContaining(`error: cannot listen on 127.0.0.1:${port}: it is in use`),
  ])
})

describe('addresses', () => {
  test.each([
    ['9000', { host: '127.0.0.1', port: 9_000 }],
    ['0.0.0.0:9000', { host: '0.0.0.0', port: 9_000 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:9000', { host: '::1', port: 9_000 }],
    ['monitor.internal:9000', { host: 'monitor.internal', port: 9_000 }],
    ['65536', undefined],
    ['[::x]:1', undefined],
    ['[1::2::3]:1', undefined],
    ['a b:1', undefined],
    [':1', undefined],
    ['', undefined],
  ])('%j', (text, address) => {
    expect(parseAddress(text)).toEqual(address)
  })
})

describe('without AWS', () => {
  test('the dashboard is printed as JSON', async () => {
    const { code, stdout } = await run('exporter --print-dashboard', {
      env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ title: 'Amazon Bedrock', panels: expect.any(Array) })
  })

  test('the rules are printed as YAML', async () => {
    const { code, stdout } = await run('exporter --print-rules', { env: { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' } })
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^groups:\n {2}- name: bedrock-monitor\n/)])
  })

  test('the rules are JSON, too, which Prometheus reads as well', async () => {
    const { code, stdout } = await run('exporter --print-rules --json')
    expect(code).toBe(0)
    const [group] = JSON.parse(stdout).groups
    expect(group.rules[0]).toEqual({
      alert: 'BedrockErrorRateHigh',
      expr: expect.stringContaining('bedrock_errors_total'),
      for: '10m',
      labels: { severity: 'warning' },
      annotations: { summary: expect.any(String), description: expect.stringContaining('bedrock-monitor query') },
    })
  })
})
