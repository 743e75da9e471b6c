import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { ServiceId } from '../../../../src/sandbox/service.ts'
import { type Invocation, playTraffic } from '../../../../src/sandbox/traffic.ts'
import { tellOnly } from '../../../support/incomplete-metrics.ts'
import { THIRD } from '../../../support/share.ts'
import type { RunOptions } from '../../run.ts'
import { onSandbox } from '../on-sandbox.ts'

const { run: runNow, sandbox } = onSandbox()

/** Pauses cost the tests nothing. */
const clock = { now: Date.now, sleep: () => new Promise<void>((resolve) => setTimeout(resolve, 1)) }
const run = (line: string, more?: RunOptions) => runNow(line, { clock, ...more })
const HOUR_MS = 3_600_000
const REGIONS = ['us-east-1', 'eu-west-1']

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gates-'))
  // A million input tokens cost a dollar; nothing else of maker.some has a price, and nothing at all of maker.none.
  const prices = { 'maker.some': { inputPerMillion: 1 } }
  await writeFile(join(folder, 'config.json'), JSON.stringify({ prices }))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

type Call = Partial<Invocation>
const DOLLAR: Call = { modelId: 'maker.some', inputTokens: 1_000_000 }
const UNPRICED: Call = { modelId: 'maker.none', inputTokens: 7, outputTokens: 1 }

const invocation = (call: Call, index: number): Invocation => ({
  time: Math.floor((Date.now() - 5 * HOUR_MS) / 1_000 + index) * 1_000,
  requestId: `request-${index}-${call.region}`,
  account: '111122223333',
  region: 'us-east-1',
  identity: 'arn:aws:iam::111122223333:user/ann',
  modelId: 'maker.some',
  format: 'anthropic',
  operation: 'Converse',
  outcome: 'success',
  cacheWrite1hTokens: 0,
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  images: 0,
  quotaTokens: 0,
  cacheMetrics: 'InputTokenCount',
  look: { keyOrder: 'newer', messages: 1, messageLength: 10 },
  ...call,
})

/** A record as Bedrock logs it, but for what is not read. */
const record = ({ time, requestId, account, region, identity, modelId, operation, outcome, ...counts }: Invocation) =>
  JSON.stringify({
    schemaType: 'ModelInvocationLog',
    schemaVersion: '1.0',
    timestamp: new Date(time).toISOString().replace('.000Z', 'Z'),
    accountId: account,
    identity: { arn: identity },
    region,
    requestId,
    operation,
    modelId,
    ...(outcome === 'success'
      ? {}
      : { errorCode: outcome === 'server-error' ? 'InternalServerException' : 'ThrottlingException' }),
    input: {
      inputTokenCount: counts.inputTokens,
      cacheReadInputTokenCount: counts.cacheReadTokens,
      cacheWriteInputTokenCount: counts.cacheWriteTokens,
    },
    output: { outputTokenCount: counts.outputTokens },
  })

/** What is priced of it, US dollars (null: nothing is, though there is something), what it lacks in words, and whether it is a part. */
interface Kind {
  calls: readonly Call[]
  priced: number | null
  lacks?: string
  /** What cannot be read; a count that is none is only said. */
  broken?: 'place' | 'account' | 'line' | 'metric' | 'count'
}

const KINDS: Record<string, Kind> = {
  'all is priced': { calls: [DOLLAR], priced: 1 },
  'nothing was used': { calls: [], priced: 0 },
  'calls failed and were throttled': {
    calls: [
      { ...UNPRICED, inputTokens: 0, outputTokens: 0, outcome: 'server-error', errorCode: 'InternalServerException' },
      { ...UNPRICED, inputTokens: 0, outputTokens: 0, outcome: 'throttle', errorCode: 'ThrottlingException' },
      DOLLAR,
    ],
    priced: 1,
  },
  'a model has no price': { calls: [DOLLAR, UNPRICED], priced: 1, lacks: '99 % of tokens priced' },
  'no model has one': { calls: [UNPRICED], priced: null, lacks: '0 % of tokens priced' },
  'a kind of tokens has none': {
    calls: [{ ...DOLLAR, outputTokens: 1_000_000 }],
    priced: 1,
    lacks: '50 % of tokens priced',
  },
  'what calls are billed by is not counted': {
    calls: [DOLLAR, { ...UNPRICED, inputTokens: 0, outputTokens: 0 }],
    priced: 1,
    lacks: 'not all calls priced',
  },
  'a Region cannot be read': {
    calls: [DOLLAR, { ...DOLLAR, region: 'eu-west-1' }],
    priced: 1,
    lacks: 'not everything could be read',
    broken: 'place',
  },
  'an account cannot be read': {
    calls: [DOLLAR],
    priced: 1,
    lacks: 'not everything could be read',
    broken: 'account',
  },
  'a line cannot be read': { calls: [DOLLAR], priced: 1, lacks: 'not everything could be read', broken: 'line' },
  'a count is below zero': {
    calls: [{ ...DOLLAR, outputTokens: -5 }],
    priced: 1,
    lacks: 'not all counts known',
    broken: 'count',
  },
  'CloudWatch does not tell a metric': {
    calls: [DOLLAR],
    priced: 1,
    lacks: 'not all counts known',
    broken: 'metric',
  },
}

interface Source {
  strike?: { service: ServiceId; operation: string }
  can: readonly Kind['broken'][]
  /** What was read for the first limit is kept, and the others are held against what is kept. */
  keeps?: boolean
}

const SOURCES: Record<string, Source> = {
  metrics: {
    strike: { service: 'cloudwatch', operation: 'ListMetrics' },
    can: [undefined, 'place', 'account', 'metric'],
  },
  logs: { strike: { service: 'logs', operation: 'StartQuery' }, can: [undefined, 'place', 'account', 'count'] },
  s3: {
    strike: { service: 's3', operation: 'ListObjectsV2' },
    can: [undefined, 'place', 'account', 'count'],
    keeps: true,
  },
  file: { can: [undefined, 'line', 'count'], keeps: true },
  athena: {
    strike: { service: 'athena', operation: 'StartQueryExecution' },
    can: [undefined, 'place', 'account', 'count'],
  },
}

/** Below what is priced, just that, and above. */
const LIMITS = [0.5, 1, 1_000_000]

describe.each(Object.entries(SOURCES))('--fail-over-usd, --source %s', (source, { strike, can, keeps }) => {
  const cases = Object.entries(KINDS).filter(([, { broken }]) => can.includes(broken))
  test.each(THIRD.of(cases))('where %s', async (_, { calls, priced, lacks, broken }) => {
    const all = calls.map(invocation)
    const cache = { env: { XDG_CACHE_HOME: await mkdtemp(join(folder, 'cache-')) } }
    const regions = broken === 'place' ? REGIONS : ['us-east-1']
    const path = join(folder, 'log.jsonl')
    if (source === 'file') {
      await writeFile(path, [...all.map(record), ...(broken === 'line' ? ['{"no": "record"}'] : []), ''].join('\n'))
    } else {
      const lake = source === 'athena' ? ',2c --lake' : ''
      if (source !== 'metrics') await run(`setup --yes --quiet --only 1,2,2b,3${lake} --region ${regions}`)
      playTraffic(sandbox().services, all)
    }
    if (broken === 'metric') {
      tellOnly(sandbox(), (metric) => (metric === 'OutputTokenCount' ? 'InternalError' : undefined))
    }
    const accounts = broken === 'account' ? ' --accounts 111122223333,222233334444 --assume-role Reader' : ''
    // Where a question about linked accounts is refused, it is asked again without them.
    const alone = source === 'metrics' ? ' --no-linked' : ''
    const where =
      source === 'file' ? `--source file:${path}` : `--source ${source} --region ${regions}${accounts}${alone}`
    for (const limit of LIMITS) {
      for (const leave of ['', ' --allow-unpriced']) {
        if (broken === 'place' && strike) sandbox().faults.push({ kind: 'access-denied', ...strike })
        const line = `report ${where} --offline --json --config ${folder}/config.json --fail-over-usd ${limit}${leave}`
        const { code, stdout, stderr } = await run(line, keeps ? cache : {})
        const { total } = JSON.parse(stdout)
        expect([total.costUsd, total.costIsFloor]).toEqual([priced, lacks !== undefined])
        const isOver = (priced ?? 0) > limit
        const isUnsure = lacks !== undefined && leave === ''
        const failed = isOver || isUnsure
        expect({ line, code }).toEqual({ line, code: failed ? 3 : broken && broken !== 'count' ? 5 : 0 })
        const cost = `${lacks === undefined ? '' : 'at least '}$${priced}${lacks === undefined ? '' : `, ${lacks}`}`
        const said =
          priced === null
            ? `the cost is not known (${lacks}), so it cannot be checked against --fail-over-usd ${limit}\n`
            : `the cost is ${cost}, ${isOver ? 'over' : 'so it may be over'} --fail-over-usd ${limit}\n`
        expect(stderr.includes(`error: ${said}`)).toBe(failed)
        expect(stderr.includes('with --allow-unpriced, only the priced part is checked')).toBe(isUnsure && !isOver)
      }
    }
    const kept = await readdir(join(cache.env.XDG_CACHE_HOME, 'bedrock-monitor/tallies')).catch(() => [])
    if (all.length > 0) expect(kept.length > 0).toBe(keeps === true)
  })
})
