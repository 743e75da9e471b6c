import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { priceLoader } from '../../src/report/sources/prices.ts'
import { MINUTE_MS } from '../../src/report/window.ts'
import { createPlayer, featureTraffic, generateTraffic } from '../../src/sandbox/traffic.ts'
import { openMetricsText, prometheusText } from '../../src/text/openmetrics.ts'
import { dashboard } from '../../src/watch/exporter/dashboard.ts'
import { createExporter, type Exporter } from '../../src/watch/exporter/exporter.ts'
import { parseSaved, savedText } from '../../src/watch/exporter/ledger.ts'
import { rulesYaml } from '../../src/watch/exporter/rules.ts'
import { samplesOf } from '../../src/watch/exporter/samples.ts'
import { type Serving, serve } from '../../src/watch/exporter/server.ts'
import { describeWith } from '../support/external.ts'
import { filledIn } from '../support/promtool.ts'
import { report } from '../support/report.ts'
import { createWorld, REGION, type World } from '../support/world.ts'

const BUDGET = { budgetUsd: 50, email: 'ops@example.com' }

describeWith(['prometheus'], 'a real Prometheus that scrapes the exporter', () => {
  let world: World
  let serving: Serving
  let folder: string
  let prometheus: ChildProcess
  let url: string
  let exporter: Exporter
  let seed = 0

  const placeOf = () => ({ account: world.sandbox.account, region: REGION, cx: world.cx })
  const start = (text?: string) =>
    createExporter({
      places: [placeOf()],
      prices: priceLoader(),
      intervalMs: 5 * MINUTE_MS,
      budgetName: 'bedrock-monthly',
      teams: { ofModels: [{ team: 'small', where: { model: ['*nova*'] } }], ofCallers: undefined },
      accounts: [],
      saved: text === undefined ? undefined : parseSaved(text),
    })
  let page = { openMetrics: openMetricsText([]), text: '' }
  async function refresh(): Promise<void> {
    await exporter.refresh()
    const samples = samplesOf(exporter.told(), { version: '1.2.3' })
    page = { openMetrics: openMetricsText(samples), text: prometheusText(samples) }
  }

  /** Some minutes with calls, of which Prometheus sees the end. */
  async function pass(minutes: number, calls = true): Promise<void> {
    const from = world.cx.clock.now()
    world.pass(minutes * MINUTE_MS)
    const { account } = world.sandbox
    seed += 1
    const traffic = { seed, start: from, end: world.cx.clock.now(), account, region: REGION, steady: true }
    if (calls) createPlayer(world.sandbox.services)(generateTraffic({ ...traffic, invocationsPerHour: 1_200 }))
    await refresh()
    await scraped()
  }

  async function query(expr: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> {
    const response = await fetch(`${url}/api/v1/query?${new URLSearchParams({ query: expr })}`)
    const { status, data, error } = (await response.json()) as { status: string; error?: string; data: { result: [] } }
    if (status !== 'success') throw new Error(`${expr}: ${error}`)
    return data.result
  }
  const number = async (expr: string) => Number((await query(expr))[0]?.value[1] ?? Number.NaN)

  /** Waits until what the exporter tells now has been scraped. */
  async function scraped(): Promise<void> {
    const told = exporter.told().places[0]?.ledger.through ?? 0
    for (let tries = 0; tries < 300; tries += 1) {
      const seen = await number('bedrock_monitor_counted_to_timestamp_seconds{source="metrics"}').catch(
        () => Number.NaN,
      )
      if (seen === told / 1_000) return
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    throw new Error('nothing was scraped')
  }

  beforeAll(async () => {
    world = await createWorld({ maxAttempts: 1 })
    await world.setup({}, undefined, BUDGET)
    exporter = start()
    serving = await serve({ host: '127.0.0.1', port: 0 }, () => page)
    folder = await mkdtemp(join(tmpdir(), 'prometheus-'))
    const target = new URL(serving.url).host
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '500ms', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'bedrock', static_configs: [{ targets: [target] }] }],
    }
    await writeFile(join(folder, 'prometheus.yml'), JSON.stringify(config))
    await writeFile(join(folder, 'rules.yml'), rulesYaml())
    const address = await freeAddress()
    url = `http://${address}`
    const flags = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${address}`]
    prometheus = spawn('prometheus', flags, { cwd: folder, stdio: 'ignore' })
  })
  afterAll(async () => {
    const gone = new Promise((resolve) => prometheus.once('exit', resolve))
    prometheus.kill('SIGKILL')
    await gone
    await serving.close()
    await world.close()
    await rm(folder, { recursive: true, force: true })
  })

  test('sees what a report of the same time says, over a restart of the exporter, too', async () => {
    await refresh()
    await scraped()
    for (let minutes = 0; minutes < 20; minutes += 5) await pass(5)
    exporter = start(savedText(exporter.saved()))
    for (let minutes = 0; minutes < 20; minutes += 5) await pass(5)
    for (let minutes = 0; minutes < 20; minutes += 5) await pass(5, false)
    const window = {
      start: 1_000 * (await number('bedrock_monitor_counted_from_timestamp_seconds')),
      end: 1_000 * (await number('bedrock_monitor_counted_to_timestamp_seconds')),
    }
    const source = { name: 'metrics', accountId: world.sandbox.account, places: [placeOf()], window }
    const { total } = (await report(world.cx, { source })).report
    expect(total.invocations).toBeGreaterThan(500)
    expect({
      invocations: await number('sum(bedrock_invocations_total)'),
      inputTokens: await number('sum(bedrock_tokens_total{type="input"})'),
      outputTokens: await number('sum(bedrock_tokens_total{type="output"})'),
      cacheReadTokens: await number('sum(bedrock_tokens_total{type="cache_read"})'),
      cacheWriteTokens: await number('sum(bedrock_tokens_total{type="cache_write"})'),
      clientErrors: await number('sum(bedrock_errors_total{kind="client"})'),
      serverErrors: await number('sum(bedrock_errors_total{kind="server"})'),
      throttles: await number('sum(bedrock_throttles_total)'),
      costUsd: Number((await number('sum(bedrock_cost_usd_total)')).toFixed(9)),
    }).toEqual({
      invocations: total.invocations,
      inputTokens: total.inputTokens,
      outputTokens: total.outputTokens,
      cacheReadTokens: total.cacheReadTokens,
      cacheWriteTokens: total.cacheWriteTokens,
      clientErrors: total.clientErrors,
      serverErrors: total.serverErrors,
      throttles: total.throttles,
      costUsd: total.costUsd,
    })
    // No counter fell, which Prometheus would take for a restart from 0.
    for (const name of ['invocations', 'tokens', 'cost_usd', 'errors', 'throttles', 'monitor_aws_cost_usd']) {
      expect([name, await number(`sum(resets(bedrock_${name}_total[1h]))`)]).toEqual([name, 0])
    }
  })

  test('answers every query of the dashboard, and draws something of what there is', async () => {
    const { panels } = dashboard() as { panels: { title: string; targets: { expr: string }[] }[] }
    const { account, services } = world.sandbox
    const start = world.cx.clock.now()
    for (const sample of featureTraffic({
      seed: 1,
      start,
      end: start + 40 * MINUTE_MS,
      account,
      region: REGION,
      callsPerHour: 600,
    })) {
      services.cloudwatch.putMetric(REGION, sample)
    }
    for (const minutes of [20, 20, 10]) await pass(minutes)
    const empty: string[] = []
    for (const { title, targets } of panels) {
      for (const { expr } of targets) if ((await query(filledIn(expr))).length === 0) empty.push(title)
    }
    // No callers are asked for, and the bundled prices have none of guardrails.
    expect(empty).toEqual(['Callers by cost', 'Callers by calls', 'Callers by tokens', 'Cost of guardrails by policy'])
  })

  test('evaluates the rules without an error', async () => {
    const { data } = (await (await fetch(`${url}/api/v1/rules`)).json()) as {
      data: { groups: { rules: { name: string; health: string; lastError?: string }[] }[] }
    }
    const rules = data.groups.flatMap((group) => group.rules)
    expect(rules.length).toBeGreaterThan(5)
    expect(rules.filter(({ health, lastError }) => health === 'err' || lastError)).toEqual([])
  })
})

async function freeAddress(): Promise<string> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return `127.0.0.1:${port}`
}
