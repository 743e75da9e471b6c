import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { bucketNameOf } from '../../../src/aws/log-bucket.ts'
import { QUERIES } from '../../../src/report/queries/catalog.ts'
import { budgetOf } from '../../../src/report/sources/athena/budget.ts'
import { lakesOf } from '../../../src/report/sources/athena/lakes.ts'
import { lakeEngine } from '../../../src/report/sources/athena/read.ts'
import { priceLoader } from '../../../src/report/sources/prices.ts'
import { runReadyQuery } from '../../../src/report/sources/ready-query.ts'
import { lastHours } from '../../../src/report/window.ts'
import { recordLine } from '../../support/invocation-records.ts'
import { report, type SourceRequest } from '../../support/report.ts'
import { inWorld, REGION } from '../../support/world.ts'

const MODEL = 'anthropic.claude-3-haiku-20240307-v1:0'
const counts = (tokens: number) => ({
  input: { inputTokenCount: tokens, cacheReadInputTokenCount: tokens, cacheWriteInputTokenCount: tokens },
  output: { outputTokenCount: tokens },
})

// "Failed and throttled calls are taken as not billed."
test('what the log counts of failed calls is in no cost and no count, whatever is asked', () =>
  inWorld({ isSetUp: true, settings: { lake: true } }, async ({ cx, sandbox, env }) => {
    const at = cx.clock.now() - 60_000
    const time = new Date(at).toISOString()
    const line = (tokens: number, errorCode?: string) =>
      recordLine({ time: `${time.slice(0, 19)}Z`, model: MODEL, ...counts(tokens), ...(errorCode && { errorCode }) })
    const lines = [line(1000), ...['ValidationException', 'InternalServerException'].map((code) => line(1e6, code))]
    const { logGroupName, keyPrefix } = env.settings
    const { services, account } = sandbox
    services.logs.putRecord(
      REGION,
      logGroupName,
      'stream',
      lines.map((message) => ({ timestamp: at, message })),
    )
    const folder = `${keyPrefix}/AWSLogs/${account}/BedrockModelInvocationLogs/${REGION}/${time.slice(0, 13).replace(/[-T]/g, '/')}`
    const key = `${folder}/${time.replace(/[-:.]/g, '')}_0123456789abcdef.json.gz`
    services.s3.putObject(bucketNameOf(env), key, gzipSync(lines.join('\n')))

    const window = lastHours(cx.clock.now(), 2)
    const common = { accountId: account, places: [{ region: REGION, cx }], window }
    const sources: SourceRequest[] = [
      ...(['logs', 's3', 'athena'] as const).map((name) => ({ name, ...common })),
      { name: 'file', path: '-', stdin: Readable.from([Buffer.from(lines.join('\n'))]), window },
    ]
    for (const source of sources) {
      const { report: told } = await report(cx, { source })
      const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, costUsd, clientErrors } = told.total
      expect([source.name, inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, clientErrors]).toEqual([
        ...[source.name, 1000, 1000, 1000, 1000, 1],
      ])
      // $0.25, $1.25, $0.025 and $0.3125 for a million.
      expect(costUsd).toBeCloseTo(0.0018375, 9)
      const said = told.warnings.filter(({ code }) => code === 'failed-with-tokens').map(({ message }) => message)
      expect(said).toEqual([expect.stringContaining(`2 calls of ${MODEL} failed`)])
    }

    const places = [{ account, region: REGION, cx }]
    const lakes = await lakesOf(places, env.settings)
    for (const query of QUERIES.filter(({ pricedBy }) => pricedBy)) {
      const engine = await lakeEngine(lakes, { window, budget: budgetOf({}), looks: 2 })
      for (const lake of [{}, { engine }]) {
        const asked = { query, places, window, logGroup: logGroupName, models: [], limit: 20, prices: priceLoader() }
        const { rows } = await runReadyQuery(cx, { ...asked, ...lake, ...(query.takesKey && { key: 'team' }) })
        const sum = rows.reduce((total, { costUsd }) => total + Number(costUsd), 0)
        expect([query.name, sum]).toEqual([
          query.name,
          expect.closeTo(query.name === 'cache-hit-rate' ? 0.0005875 : 0.0018375, 9),
        ])
        expect(rows.every(({ inputTokens }) => inputTokens === 1000)).toBe(true)
      }
    }
  }))
